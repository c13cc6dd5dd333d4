/** What hurried people write for a word or two: `short=long`, parted by spaces; `_` stands for the space within. */
const SHORT = `
  y=why r=are n=and u=you ur=your v=versus w=with b4=before cuz=because bc=because bcs=because wd=would wld=would cld=could shld=should
  wat=what wht=what wut=what wich=which whch=which hw=how oft=often abt=about btwn=between betw=between bw=between thru=through tho=though
  pls=please plz=please pl=please thx=thanks tks=thanks tnx=thanks asap=urgently rn=right_now atm=at_the_moment
  yday=yesterday yest=yesterday ystd=yesterday ystday=yesterday yda=yesterday tdy=today tday=today 2day=today tmrw=tomorrow tmr=tomorrow tmw=tomorrow
  2moro=tomorrow wk=week wks=weeks mth=month mths=months mnth=month mnths=months mo=month qtr=quarter qtrs=quarters yr=year yrs=years
  hr=hour hrs=hours wkly=weekly mthly=monthly prev=previous curr=current
  ord=order ords=orders ordr=order ordrs=orders odr=order odrs=orders oder=order oders=orders
  cust=customer custs=customers cstmr=customer acct=account accts=accounts
  bo=backorder bos=backorders backord=backorder backords=backorders bckord=backorder bord=backorder bords=backorders
  exc=exception excs=exceptions excp=exception excps=exceptions excpt=exception excpts=exceptions excep=exception exceps=exceptions
  exceptn=exception exceptns=exceptions
  dlv=delivery dlvs=deliveries dlvd=delivered dlvrd=delivered dely=delivery deliv=delivery delivs=deliveries
  shpt=shipment shpts=shipments shipmt=shipment shipmts=shipments shpd=shipped shp=ship pkg=package pkgs=packages pcl=parcel pcls=parcels
  wh=warehouse whs=warehouses whse=warehouse whses=warehouses wrhs=warehouse loc=location locs=locations dest=destination dests=destinations
  carr=carrier carrs=carriers carier=carrier svc=service svcs=services srvc=service chan=channel chans=channels chnl=channel chnls=channels
  inv=inventory invt=inventory stk=stock stck=stock avail=available avl=available qty=quantity qtys=quantities qnty=quantity pcs=pieces
  alloc=allocation allocd=allocated alts=alternatives alt=alternative altern=alternative opt=option opts=options optn=option optns=options cand=candidate cands=candidates
  hist=history histo=history info=information status=status stat=status stats=statistics sts=status
  chg=change chgs=changes chgd=changed chng=change chngd=changed chged=changed diff=difference diffs=differences diffr=different
  splt=split splts=splits spl=split appr=approval apprs=approvals aprv=approve apprvl=approval approv=approval
  prob=probability probs=probabilities pred=prediction preds=predictions conf=confidence mdl=model mdls=models ver=version vers=version
  perf=performance avg=average pct=percent perc=percent nr=number nbr=number num=number cnt=count cnts=counts
  approx=approximately rec=recommendation recs=recommendations reco=recommendation recos=recommendations
  ovr=override ovrs=overrides ovrd=override ovrds=overrides overr=override
  util=utilization utilis=utilization cutof=cutoff resp=responsible mgr=manager mgmt=management dept=department
  cmp=compare compar=compare req=required reqd=required reqs=requires resvd=resolved pend=pending
  ppl=people plat=platinum std=standard pol=policy pols=policies rgn=region prio=priority promis=promise prms=promise prom=promise
  frt=freight frght=freight frgt=freight cts=cost_to_serve ots=on_time_shipment otd=on_time_delivery
  w/o=without addr=address adr=address tel=phone_number dob=birthday
  sth=something smth=something dunno=do_not_know lemme=let_me gimme=give_me wanna=want_to gotta=have_to
  whos=who_is wheres=where_is hows=how_is whys=why_is thats=that_is theres=there_is whens=when_is
`;

/** None that is a date (`dec`, `min`) or an everyday word of its own. */
export const ABBREVIATIONS: ReadonlyMap<string, string> = new Map(
  SHORT.trim()
    .split(/\s+/)
    .map((pair) => pair.split('='))
    .map(([short, long]) => [short!, long!.replaceAll('_', ' ')]),
);

/** `how 2 unblock`, `same 4 Lyon`: a digit that is a word, after these. */
export const DIGIT_WORD: Readonly<Record<string, { readonly word: string; readonly after: RegExp }>> = {
  '2': {
    word: 'to',
    after:
      /^(?:how|way|cost|costs|likely|need|needs|needed|have|has|able|going|want|ready|supposed|happened|change|due)$/,
  },
  '4': {
    word: 'for',
    after:
      /^(?:same|proof|receipt|cost|costs|risk|stock|alternatives|options|waiting|wait|reason|reasons|ok|approval|history|split)$/,
  },
};
