/** Words that carry no evidence: skipped by scoring and never taken for a slip of something else. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above actually after again all also always am an and any anybody anyone anything are around as ask at away be because been before being below
  between bit both briefly but by came can come could day days did do does doing done down during each either else especially even ever exactly far few
  first for from further get gets getting give given go goes going good got great had happen has have having he hello help her here hey hi him his how
  however i if in inside into is it its itself just kind kindly know lately let like look lot made make makes many maybe me mean might mind more most
  much must my need needs neither never nice no nor not now of off ok okay on once one ones only onto or other others our ours out over own per perhaps
  please possible possibly quick quickly quite rather really recent recently regarding right said same say seem seems shall she should since so some
  somebody somehow someone something soon sorry still such sure take taken tell than thank thanks that the their theirs them then there these they thing
  things think this those though through thus till to too two try under until up upon us use very via want wanted wants was way we well went were what
  whatever when where whether which while who whole whom whose why will wish with within without wondering wonder would yes yet you your yours morning afternoon
  week weeks month months year years hour hours time times today yesterday tomorrow quarter since guys team folks dear curious question answer three four five six seven eight nine ten
  end ended start begin began side part case point fact sense idea basically currently right-now overall general whenever anyway respect according terms exact precise
  ship ships shipped shipping deliver delivered sent send sends placed decided leave left go going went put keep run ran work working works called call new old big small high low long short last next past previous current ago later earlier number lots plenty`
    .split(/\s+/)
    .filter(Boolean),
);

/** Everyday words that are near in spelling to words of the lexicon but mean themselves. */
export const KNOWN_WORDS: ReadonlySet<string> = new Set(
  `weather whether joke jokes food mood role roles hold bold cold told sold gold silver standard platinum premium world word words work worth fire hire tire wire
  lunch coffee song poem story stories recipe music movie film game games sport sports football birthday holiday holidays vacation salary salaries wage wages payroll hiring
  bitcoin share shares market markets price prices invoice invoices revenue profit margin margins tax taxes supplier suppliers vendor vendors email mail phone address name names street
  password secret token key keys prompt prompts system instructions instruction president capital country city france germany london berlin paris rome python code script program
  note notes comment comments remark remarks text line lines unit units date dates promise promised promises deliver delivered delivery shipped ship ships send sent sends cancel canceled
  delete remove create add insert book schedule confirm notify promote retrain train trained translate translation write written draft capital river planet moon sun cook sleep
  people person human humans staff employee employees manager boss planner planners analyst customer customers service services return returns refund refunds claim claims damage damaged
  angry happy upset urgent important main major minor total totals average money euro euros dollar dollars table chart list lists row rows column columns page screen report reports
  good better best bad worse worst high higher highest low lower lowest fast faster slow slower cheap cheaper dear near far left right top bottom front back side east west north south central
  finance logistics transport inventory sales purchasing operations warehouse planning commercial credit quality marketing legal accounting security
  lead leads made make mode modes note node code cost cast lost most host post past last list late lake lane land line link like life live love move more mere
  plan plane plant place plate class clamp camp lamp stamp champ rule rules ruled mule rude ride rate rates late date data gate state stale stall small spall
  hours minute minutes second seconds evening night noon weekday weekend monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
  ground road air express chilled sea rail truck trucks van vans plane planes ships boat fuel driver drivers pallet pallets container containers box boxes
  file files five read none option test folder older size sizes less docs field failed check disk weight sorted undefined plain currency personal drift seen
  server caller caller sentence width thread plus grounds import large layer processor reached scope wrote written stage cell newer season contain container contains reading quote compiled
  begun space spare present activity cover coverage negative positive wide wider distributor drives leak valid shape round injected exchanged form loop content hard abstention
  description reply spelling train latent computed race rounding cross received height commands core dust flight page author authorize slack closer observed hundred safe expected
  along spaced cites boosting print severity shipped protection repeat lives sellers supplied although though port contract constant beta sort carried sides side quiet knew tail
  regular corrections meant wherever unchanged differently evaluated exported produce product rotation inform slide anywhere develop installed included affect bank spoken upgraded collected rare
  percentile rises lived forced shared shares opened future learn house horse paper power water table door floor wall window phone screen laptop couple double single triple another
  bring brought break broke build built catch caught choose close drop eaten fall fell fill find found fly grow hear hide hurt join kept kill knock lay lend lose lost
  near need nose ocean pass past pick pull push quit rain reach rest ring roll rush sail save seek sell shake shut sign sing sit skip slip smell sold soft spend spring stand steal
  summer winter autumn easter christmas strong sugar sweet swim taste teach tear tell throw touch town train trip truth type visit voice wait wash wear weak wild wind wise wood yellow green
  black white brown blue red grey pink cover culture nature picture feature measure treasure pressure league match team coach player ball goal
  eur usd gbp chf
  thanks cheers regards hello dear hey good morning everyone anybody nobody`
    .split(/\s+/)
    .filter(Boolean),
);
