import type { Slots } from './answers/draft.ts';

/** Why a text that a model wrote is not used. */
export type Objection =
  | 'digit'
  | 'number word'
  | 'comparative'
  | 'identifier'
  | 'name'
  | 'date'
  | 'cause'
  | 'unknown slot'
  | 'unknown citation'
  | 'no citation'
  | 'markup'
  | 'empty'
  | 'too long'
  | 'strange word';

export interface Verified {
  readonly ok: boolean;
  readonly objections: readonly Objection[];
  readonly sentences: readonly { readonly text: string; readonly cites: readonly number[] }[];
}

const NUMBER_WORDS =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|half|third|thirds|quarter|quarters|fifth|tenth|first|second|once|twice|thrice|double|doubled|triple|tripled|single|couple|pair|both|none|nobody|nothing|no|all|every|each|most|majority|minority|few|several|many|some|percent|percentage|per ?cent)\b/i;
const COMPARATIVES =
  /\b(?:more|less|fewer|least|better|best|worse|worst|higher|highest|lower|lowest|larger|largest|bigger|biggest|smaller|smallest|greater|greatest|cheaper|cheapest|dearer|faster|fastest|slower|slowest|longer|longest|shorter|shortest|earlier|earliest|later|latest|older|oldest|newer|newest|riskier|riskiest|safer|safest|above|below|over|under|exceeds?|exceeded|than|outperforms?|beats?|increase[ds]?|decrease[ds]?|rose|rise[sn]?|fell|falls?|grew|grows?|dropped|drops|doubled|improved|worsened|top|bottom|leading|only|just|almost|nearly|about|around|roughly)\b/i;
const DATES =
  /\b(?:today|yesterday|tomorrow|tonight|week|weeks|month|months|year|years|day|days|hour|hours|minute|minutes|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|morning|afternoon|evening|night|recently|currently|now|soon|ago|since|until)\b/i;
const CAUSES =
  /\b(?:because|since|due|owing|cause[ds]?|causing|caused|reason|reasons|therefore|thus|hence|so that|as a result|result(?:s|ed|ing)? (?:in|from)|led to|leads to|leading to|thanks to|on account of|consequently|drove|driven|driver|explains?|explained by|why|trigger(?:s|ed)?|forced|forces|made it|owed|stems?|attributable|responsible|blame[ds]?|if|unless|would|could|should|must|will|may|might|allow(?:s|ed)?|prevent(?:s|ed)?|block(?:s|ed)?|fix(?:es|ed)?|resolve[ds]?)\b/i;
const MARKUP =
  /[<>[\]{}`*_#|\\^~]|https?:|www\.|\bcall\b|\bfunction\b|\btool\b|\bsystem\b|\bignore\b|\bapprove[ds]?\b|\bcancel\w*\b/i;

/** Plain words that may join slots. Whatever else stands there is a name, an identifier or a claim. */
const ALLOWED: ReadonlySet<string> = new Set(
  `a an and are as at be been by comes for from goes had has have here in is it its listed lists of on or order orders it's ships shown stands that the their there these they this those to was were with which
  cost costs expected plan plans risk risks status reasons decision decisions log record recorded rule rules node nodes carrier service services exception exceptions approval approvals owner queue value values threshold total table below-listed figures figure amount share shares shipment shipments
  delay stockout split freight serve delivery deliveries promise policy model models version task outcome outcomes stock hand reserved available units unit positions position period scope also while where whose per between against not further please see following together plus according respectively
  please regards regarding concerning covers counted counts count fit fits measured measure measures reads reports report says state states stated chosen`
    .split(/\s+/)
    .filter(Boolean),
);

/**
 * Judges a text that a language model wrote: sentences of plain joining words, slots `{{name}}` and citations `[n]`.
 * Every figure, name, date, comparison and cause must come from a slot, and every sentence must cite. A sentence of the
 * template as it stands (`known`, with its slots and citations) is ours, not the model's.
 */
export function verifyText(
  text: string,
  slots: Slots,
  citations: number,
  known: ReadonlySet<string> = new Set(),
): Verified {
  const objections = new Set<Objection>();
  if (text.trim() === '') objections.add('empty');
  if (text.length > 2_000) objections.add('too long');
  // Anything invisible or from another script could hide a figure.
  if (/[^\x20-\x7e\n]/.test(text)) objections.add('strange word');
  const sentences = text
    .trim()
    .split(/(?<=[.!?](?:\s*\[\d+(?:, ?\d+)*\])*)\s+(?!\[)/)
    .filter((sentence) => sentence.trim() !== '')
    .map((sentence) => {
      const cites = [...sentence.matchAll(/\[(\d+(?:, ?\d+)*)\]/g)].flatMap((match) =>
        match[1]!.split(',').map(Number),
      );
      if (cites.length === 0) objections.add('no citation');
      if (cites.some((cite) => cite < 1 || cite > citations)) objections.add('unknown citation');
      const uncited = sentence.replace(/\[\d+(?:, ?\d+)*\]/g, ' ');
      for (const match of uncited.matchAll(/\{\{([^{}]*)\}\}/g))
        if (!Object.hasOwn(slots, match[1]!)) objections.add('unknown slot');
      const done = { text: uncited.trim().replace(/\s+([.!?])/g, '$1'), cites: [...new Set(cites)] };
      if (known.has(sentence.trim())) return done;
      const bare = uncited.replace(/\{\{[^{}]*\}\}/g, ' ');
      if (/\d/.test(bare)) objections.add('digit');
      if (NUMBER_WORDS.test(bare)) objections.add('number word');
      if (COMPARATIVES.test(bare)) objections.add('comparative');
      if (DATES.test(bare)) objections.add('date');
      if (CAUSES.test(bare)) objections.add('cause');
      if (MARKUP.test(bare)) objections.add('markup');
      if (/\b[A-Za-z]+[-_/][A-Za-z0-9]+\b|\b[A-Z]{2,}\b/.test(bare)) objections.add('identifier');
      // A capital inside a sentence is a name.
      if (/[a-z,;] +[A-Z][a-z]/.test(bare)) objections.add('name');
      for (const word of bare.toLowerCase().match(/[a-z']+/g) ?? [])
        if (!ALLOWED.has(word)) objections.add('strange word');
      return done;
    });
  return { ok: objections.size === 0, objections: [...objections], sentences };
}
