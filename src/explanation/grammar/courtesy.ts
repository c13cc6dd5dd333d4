const ME = '(?:me|us)';
const YOU = '(?:you|anyone|anybody|somebody|someone|one of you)';
const WE = '(?:i|we)';
const CAN = '(?:would|could|can|will|might|may)';
const SOFTLY = '(?: (?:please|kindly|maybe|perhaps|possibly|also|just|all|shortly|quickly|briefly|again))*';
const ON = '(?: (?:about|on|of|regarding|concerning))?';
/** Whom an action tells something: then it is no courtesy. */
const OTHERS =
  '(?! (?:the |our |all |this |that |every |each )?(?:customers?|clients?|carriers?|suppliers?|vendors?|teams?|planners?|managers?|buyers?|drivers?|finance|sales|him|her|them|everybody|everyone|[a-z]+-\\d+)\\b)';
const WANT = `${WE} (?:would |should |will )?(?:(?:really|very much|also|just|only|rather) )*(?:like|love|want|wish|need|have|appreciate|prefer|be (?:interested|happy|glad|grateful|curious|thankful))(?: it)?(?: very much)?`;
const LEARN = `(?:know|learn|find out|be informed|be told|ask(?: ${YOU})?|hear|inquire)`;
const SHOW =
  '(?:show|list|give|explain|compare|plot|display|provide|find|check|look|tell|get|pull|send|bring|clarify|summarize|count|name|say|specify|indicate|describe|justify|prepare|make|set|calculate|see|verify|prove)';

/** What is said to be polite and asks nothing. Taken away again and again until nothing more goes. */
const COURTESIES: readonly RegExp[] = [
  // Greetings and thanks.
  '^(?:good (?:morning|afternoon|evening|day)|hello|hi|hey|greetings|dear|understood|noted|perfect)(?: (?:all|everyone|everybody|team|colleagues?|together|there|sirs?|madam|support|guys|folks|fairlead|assistant))*(?= |$)',
  '\\b(?:many |kind )?(?:thank you|thanks?)(?: (?:a lot|very much|so much|in advance|beforehand|for (?:your|the) (?:help|support|answer)))*(?= |$)',
  '\\b(?:(?:with )?(?:best|kind) regards|have a (?:nice|good|great) (?:day|weekend|evening|one))\\b',
  // Softeners.
  `\\bif (?:${YOU} (?:please|can|could|do not mind|would be so kind|allow(?: ${ME})?(?: the question)?|have (?:a minute|time))|(?:it is )?possible|${WE} may(?: ask)?)(?= |$)`,
  `\\b(?:please|kindly|urgently|as soon as possible|at your earliest convenience|in my opinion|as it seems to ${ME}|as far as ${WE} (?:know|see)|to my (?:knowledge|understanding))\\b`,
  // Somebody is asked for it.
  `\\b(?:${CAN} ${YOU}${SOFTLY} )?be so (?:kind|nice|good)(?: as)?(?: to| and)?(?= |$)`,
  `\\b${CAN} ${YOU}${SOFTLY} (?:be able to|mind(?: to)?|let ${ME} know|help ${ME}(?: to)?(?: understand| find out)?|(?:tell|update) ${ME}${ON}|(?:inform|advise)(?: ${ME})?${OTHERS}${ON}|share(?: with ${ME})?)(?= |$)`,
  `\\b${CAN} ${YOU}${SOFTLY}(?= ${SHOW} )`,
  `\\b(?:may|might|can|could) ${WE}${SOFTLY} (?:ask(?: ${YOU})?|know|request|inquire|learn|(?:have|see|get)(?= (?:the|a|an|all) ))${ON}(?= |$)`,
  `\\b(?:(?:is|would|could|might) it be possible(?: for (?:me|us|you))?(?: to(?: ${LEARN})?)?|is it possible to ${LEARN}|(?:do|does|would) ${YOU} (?:happen to |perhaps )?know)(?= |$)`,
  `\\bit (?:would|will) be (?:very |really |so |most )?(?:helpful|nice|great|good|kind|useful|interesting|important)(?: (?:for|of) (?:me|us|you))?(?: (?:to|if ${YOU} (?:could|can|would)|if ${WE} (?:could|can)))?(?: (?:know|see|learn))?(?= |$)`,
  `^(?:(?:tell|let|update|answer) ${ME}(?: know)?|(?:inform|advise)(?: ${ME})?${OTHERS})${ON}(?= |$)`,
  `\\b(?:tell|inform|advise|let|answer) ${ME}(?: know)?(?= (?:what|which|why|how|when|where|who|whether|if|about) )`,
  // Somebody wants it.
  `\\b${WANT} (?:to|if ${YOU} (?:could|can|would)) (?:${LEARN}|(?:tell|inform) ${ME})${ON}(?= )`,
  `^${WANT}(?: (?:to|in|if ${YOU} (?:could|can|would))(?= ))?(?: (?:${LEARN}|check|receive|get|have|see))?${ON}(?= )`,
  `\\b(?:i am|we are|i was|we were) (?:kindly |just |also |only )?(?:wondering|interested|curious|asking (?:you|myself|ourselves))(?: to ${LEARN})?${ON}(?= |$)`,
  `\\b${WE} (?:would )?(?:kindly |hereby |humbly )?(?:ask|request|wonder)(?: ${YOU})?(?: (?:to|for|about))?(?= |$)`,
].map((pattern) => new RegExp(pattern));

/** The tokens of a question without those that are only polite; unchanged where nothing else would be left. */
export function withoutCourtesy<T extends { readonly word: string }>(tokens: readonly T[]): T[] {
  let left = [...tokens];
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    for (const pattern of COURTESIES) {
      const words = left.map(({ word }) => word).join(' ');
      const match = pattern.exec(words);
      if (!match) continue;
      // Tokens that begin within the match.
      let at = 0;
      left = left.filter(({ word }) => {
        const inside = at >= match.index && at < match.index + match[0].length;
        at += word.length + 1;
        return !inside;
      });
    }
  }
  return left.length > 0 ? left : [...tokens];
}
