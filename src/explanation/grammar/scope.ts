import { withoutCourtesy } from './courtesy.ts';
import { withDashesSaid } from './dates.ts';
import { plain, tokenize } from './normalize.ts';

/** The question as it may be read: what tries to command is cut away, and why. */
export interface Scoped {
  readonly text: string;
  /** Something was cut: quoted words, notes, instructions. It changes nothing but is told. */
  readonly cut: boolean;
  /** Asks for an action, or for something that is no business of this service. */
  readonly refusal: 'write' | 'offTopic' | 'personal' | null;
}

const WRITE_VERBS: ReadonlySet<string> = new Set(
  `cancel rebook email mail forward submit postpone approve refund delete remove send email reship assign reassign create add increase raise lower decrease disable enable activate deactivate update edit modify place
  confirm put resolve snooze escalate mark schedule buy purchase write draft call notify promote retrain rollback grant execute drop insert erase wipe purge
  reserve allocate unblock deny reject refuse tell inform alert ping remind fix expedite reroute redirect replan rerun reprocess restart stop start install upload download
  make force give undo revert close adjust waive ignore bypass skip ban fire hire pay invoice charge`
    .split(/\s+/)
    .filter(Boolean),
);
/** Also nouns: an action only before `the order`, `it`, an identifier. */
const ACTION_BEFORE_OBJECT: ReadonlySet<string> = new Set(
  'order override transfer release hold ship change split move set clamp swap switch book cap turn get let'.split(' '),
);
const OBJECT =
  /^(safety|stock|freight|promise|priority|tier|status|carrier|node|delivery|the|this|that|it|them|these|those|order|orders|all|every|everything|my|our|his|her|its|[a-z]+[-_]?\d[\w-]*)$/;
const FILLERS =
  /^(please|can you|could you|would you|will you|can u|kindly|just|now|then|also|and|go ahead and|go and|i want you to|i would like you to|i need you to|you should|you must|you need to|let us|we should|we need to|hey|hi|hello|ok|okay|so|ah|well|fairlead|assistant|bot|dear|system|afterwards|after that|next|finally|immediately|quickly|try to|help me|help me to|i want to|i would like to|i need to|be so kind and|would you mind|do me a favor and|can we|could we|may i ask you to)(?:,|:)? /;

/** `do what it says`, `follow the instructions`: an action, whatever the words are that it points to. */
const OBEYING =
  /^(?:do (?:exactly |just |precisely )?(?:what|whatever|as|everything|anything) |do (?:it|that|this|so)(?: now| at once| immediately| today)?$|(?:follow|obey|heed|act on|act upon|carry out|comply with) (?:exactly |just )?(?:what|whatever|it|them|that|this|those|the|its|his|her|their|everything|all)\b)/;
/** `the ticket says`: brings in words of somebody else. */
const QUOTING =
  /^(?:[\w'’-]+ ){0,3}(?:tickets?|notes?|comments?|remarks?|memos?|messages?|letters?|e?-?mails?|text|instructions?|customer|boss|manager)\b.{0,30}?\b(?:says?|said|reads?|asks?|asked|tells?|told|wants?|wrote|states?|demands?)\b/i;

const INJECTION =
  /\b(?:ignore|disregard|forget|override|bypass|skip)\b[^.?!\n]{0,40}\b(?:instruction|instructions|prompt|prompts|rules above|previous|prior|above|earlier|everything|guardrails?|system|all rules|all the rules|your rules|the rules|polic(?:y|ies)|restrictions|safety|training)\b|\byou are now\b|\bact as\b|\bpretend\b|\bfrom now on\b|\bnew (?:instruction|instructions|task|role|system prompt)\b|\b(?:developer|debug|god|admin|dan|jailbreak|root|sudo) mode\b|\bjailbreak\b|\bsystem ?(?:prompt|message|override|instruction)s?\b|\b(?:system|assistant|developer|user|admin|instruction|instructions|note to (?:the )?(?:ai|assistant|llm|model|bot)|attention (?:ai|assistant|llm|model|bot)|dear (?:ai|assistant|model|llm))\s*:|\bassistant must\b|\bas an ai\b|\b(?:the )?(?:ai|llm|model|assistant|bot) (?:must|should|shall|has to|will now|is instructed|is to)\b|\bdrop table\b|\bdelete from\b|\binsert into\b|\bunion select\b|\bselect \*|\bupdate \w+ set\b|<\/?\w+[^>]*>|\[\/?(?:inst|system|sys)\]|<\||\bend of (?:prompt|context|note|data)\b|\b(?:print|reveal|repeat|output|dump|leak|show me) (?:your|the) (?:system )?(?:prompt|instructions|api keys?|secrets?|passwords?|key)\b|\bdo not (?:cite|tell|mention|reveal|answer)\b|\b(?:answer|reply|respond|say|return|output|print) (?:only |just |instead |with |that )|\b(?:answer|reply|respond|return|output|call|use|invoke|run|choose|pick|select|switch to|print) (?:only |just |instead |with )?(?:the )?(?:plan|tool|query|function|command)\b|\binstead (?:of (?:that|this|answering)|run|call|answer|show|use|return)\b|\bsay (?:yes|no|that|it)\b|\b(?:approve|cancel|delete|release|erase|grant|refund|confirm) (?:this|it|all|everything|every|order|the|immediately)\b/i;

const PERSONAL =
  /\b(?:(?:tele)?phone (?:numbers?|nos?|of|for)|(?:mobile|cell)(?:phone)? (?:numbers?|of|for)|(?:his|her|their|customers?|clients?) (?:tele)?phone|emails?|e-mail|mail address|street|home address|address|addresses|full name|first name|last name|surname|date of birth|(?:his|her|their|customers?|whose) birthday|birthday of|credit card|iban|bank account|personal data|contact details|contact person|who is the contact|password|passwords|api keys?|api-keys?|secrets?|credentials?|private key|signing key|token|tokens)\b/;

const OFF_TOPIC =
  /\b(?:weather|rain|temperature outside|jokes?|funny|poem|haiku|song|lyrics|recipe|recipes|cook|stock price|share price|stock market|stock exchange|shares|nasdaq|dow jones|dax|bitcoin|crypto|salary|salaries|wages?|earns?|earnings|forklift|zalando|walmart|ikea|alibaba|ebay|tesla|tesco|carrefour|aldi|lidl|payroll|sick leave|holiday request|days off|(?:my|his|her|their|your) (?:vacations?|holidays?)|(?:vacation|holidays?) (?:days?|left|remain\w*|plan\w*|entitlement)|how many (?:vacation|holidays?)|hiring|hire|recruit|resign|performance review|employee|employees|employees?|football|soccer|match score|world cup|olympics|movie|movies|film|netflix|translate|translation|python|javascript|source code|write code|sql query|capital of|president|prime minister|chancellor|election|politics|political|war|horoscope|zodiac|meaning of life|restaurant|lunch|dinner|breakfast|canteen|coffee|hotel|flight|train ticket|book a|exchange rate|interest rate|inflation|oil price|gold price|diesel price|fuel price|gdp|gross domestic|competitor|competitors|amazon|google|facebook|chatgpt|openai|gpt|are you human|are you a robot|are you an ai|how are you|who are you|who made you|who built you|your name|do you like|do you feel|do you think i|love you|marry|girlfriend|boyfriend|ceo|cfo|birthday|happy new year|merry|wikipedia|news today|headlines|sports?|game|games|chess|riddle|story about|essay|blog post|linkedin|tweet|marketing campaign|advertis\w+|slogan|logo|tax return|vat|lawyer|lawsuit|legal advice|medical|doctor|symptoms|vaccine|covid|population of|distance to the moon|planet|square root|prime number|solve the equation|calculate \d|what is \d+ ?[-+*x/] ?\d+|how many days until|what time is it|what day is it|todays date|date today|printer|laptop|wifi|wi-fi|vpn|outlook|excel|powerpoint|teams meeting|meeting room|calendar invite|parking|gym|dog|cat|pizza|beer|wine)\b/;

/** Asks for what will be, which nothing recorded can answer. */
const FORECAST =
  /\b(?:forecast|predict|project|estimate|extrapolate|prognos\w*|budget for)\b(?=[^.?!]*\b(?:demand|sales|volume|revenue|orders|next|tomorrow|future|will|season|christmas|quarter|month|year)\b)|\b(?:demand|sales|revenue|volume) (?:forecast|prediction|projection|plan|outlook)\b|\b(?:will|shall|going to) (?:we|sell|demand|sales|revenue|customers|there be)\b|\bhow (?:many|much) \w+ (?:\w+ )?(?:will|are going to|should|shall)\b|\b(?:should|shall) (?:we|i) (?:buy|order|purchase|stock|hire|invest|build|open|close|drop|fire|change|switch|raise|lower|negotiate|move)\b/;

/** Quoted stretches of several words, notes and markup are data that somebody wrote: never read as part of the question. */
function withoutData(text: string): string {
  return text
    .replace(
      /"([^"]*)"|\u201c([^\u201d]*)\u201d|\u00ab([^\u00bb]*)\u00bb|(?<![\p{L}\p{N}])'((?:[^']|(?<=\p{L})'(?=\p{L})){20,})'(?![\p{L}\p{N}])|`([^`]*)`/gu,
      (_whole, ...groups) => {
        const inner = groups.find((group) => typeof group === 'string') as string | undefined;
        return inner !== undefined &&
          inner.trim().split(/\s+/).length <= 3 &&
          !INJECTION.test(inner) &&
          !isAction(inner)
          ? ` ${inner} `
          : ' , ';
      },
    )
    .replace(
      /<!--[\s\S]*?(?:-->|$)|<[^>]{1,200}>[\s\S]*?<\/[^>]{1,40}>|<\/?[a-z][^>]{0,200}>|\[(?:inst|system|sys)\][\s\S]*?\[\/(?:inst|system|sys)\]|```[\s\S]*?(?:```|$)/gi,
      ' , ',
    )
    .replace(/[([{][^)\]}]{12,}[)\]}]/g, (inner) =>
      INJECTION.test(inner) || /\b(?:note|comment|remark|wrote|writes?|written|says?|said|typed)/i.test(inner)
        ? ' , '
        : inner,
    )
    .replace(
      /\b(?:(?:the |its |order |with |a |customer |item |delivery |and )*(?:note|notes|comment|comments|remark|remarks|memo|instruction|instructions|name|text|reference)) ?(?:on it|on the order|field|there|attached)? ?(?:says?|said|reads?|reading|states?|saying|is|was|contains?|:|=)[\s:,]+(?=[^?]*)[^?\n]*/gi,
      (inner) => (INJECTION.test(inner) || /:/.test(inner) ? ' , ' : inner),
    );
}

function clausesOf(text: string): string[] {
  return text
    .split(
      /[.!?;\n]+(?=\s|$)|,\s*(?=(?:and|then|also|please|but)\b)|\b(?:and then|and also|and please|then please|afterwards|after that)\b|\s[-\u2013\u2014]{1,3}\s|\s\/\/\s|\s\|\s/i,
    )
    .map((clause) => clause.trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}

/** The words of a clause without what is only said to be polite. */
function wordsOf(clause: string): string {
  let words = withoutCourtesy(tokenize(clause))
    .map(({ word }) => word)
    .join(' ');
  for (let before = ''; before !== words; ) {
    before = words;
    words = words.replace(FILLERS, '');
  }
  return words;
}

function isAction(clause: string): boolean {
  const words = wordsOf(clause);
  if (OBEYING.test(words)) return true;
  const [first = '', second = '', third = ''] = words.split(' ');
  // `send me the list`, `prepare an overview`: asks to be shown something.
  if (
    /^(?:send|share|forward|prepare|create|make|write|draw|draft|put|update) (?:(?:to )?(?:me|us) )?(?:together )?(?:an?|the|some|any)? ?(?:\w+ )?(?:list|listing|overview|summary|table|chart|plot|graph|comparison|breakdown|ranking|history|timeline|status|details|figures|numbers|proof|receipt)\b/.test(
      words,
    )
  )
    return false;
  if (first === 'give' || first === 'tell' || first === 'make')
    return (
      !/^(me|us|an?|the|some|sense|in)$/.test(second) ||
      /^(customers?|clients?|carriers?|suppliers?|vendors?|teams?|warehouses?|buyers?|drivers?|managers?|him|her|them)$/.test(
        third,
      ) ||
      (second === 'the' && first === 'make')
    );
  if (
    /^(fire|start|stop|close|fix|call|alert|charge|pay|mark|place|reserve|reject|refuse|deny|force|ignore|skip|bypass|buy|undo|adjust|expedite|add|raise|lower|increase|decrease)$/.test(
      first,
    )
  )
    return (
      second !== '' &&
      !/^(rate|rates|share|count|in|by|of|at|for|per|on|vs|trend|last|this|rule|rules|activity|queue)$/.test(second)
    );
  if (/^e?-?mail address/.test(words)) return false;
  // `put Paris next to Dublin` compares.
  if (/^(?:put|set|place)\b.*\b(?:next to|beside|against|versus|opposite|side by side)\b/.test(words)) return false;
  if (WRITE_VERBS.has(first)) return true;
  return (
    ACTION_BEFORE_OBJECT.has(first) &&
    OBJECT.test(second) &&
    !(first === 'order' && /\d/.test(second)) &&
    !(first === 'split' && /^(orders|order)$/.test(second)) &&
    !(first === 'get' && !/^(it|them|this|that)$/.test(second)) &&
    !(first === 'get' && second === '')
  );
}

/** Separates the question from what is not one. */
export function scoped(question: string): Scoped {
  const data = withoutData(withDashesSaid(question));
  const said = clausesOf(data);
  // Words of somebody else that are to be obeyed are no question.
  const obeys = said.some((clause) => OBEYING.test(wordsOf(clause)));
  const clauses = said.filter((clause) => !(obeys && QUOTING.test(clause)));
  const kept: string[] = [];
  let cut = data.replace(/\s+/g, ' ').trim() !== withDashesSaid(question).replace(/\s+/g, ' ').trim();
  let action = false;
  for (const clause of clauses) {
    const at = INJECTION.exec(clause);
    if (at) {
      cut = true;
      const before = clause
        .slice(0, at.index)
        .replace(/\b(?:and|but|then|also|please|by the way|btw|so|instead|just)\s*$/i, '')
        .trim();
      if (before.split(/\s+/).length >= 3 && !isAction(before)) kept.push(before);
    } else if (isAction(clause)) {
      if (kept.length === 0) action = true;
      cut = true;
    } else kept.push(clause);
  }
  const text = kept.join(' , ');
  const folded = tokenize(text)
    .map(({ word }) => word)
    .join(' ');
  if (!folded && action) return { text, cut, refusal: 'write' };
  if (
    !folded &&
    PERSONAL.test(plain(question)) &&
    !/\b(?:ignore|disregard|forget|prompt|instructions|mode)\b/i.test(question)
  )
    return { text, cut, refusal: 'personal' };
  if (!folded || (action && tokenize(text).length < 4))
    return { text, cut, refusal: action || !cut ? 'write' : 'offTopic' };
  if (action) return { text, cut, refusal: 'write' };
  if (PERSONAL.test(folded)) return { text, cut, refusal: 'personal' };
  if (OFF_TOPIC.test(folded) || FORECAST.test(folded)) return { text, cut, refusal: 'offTopic' };
  return { text, cut, refusal: null };
}
