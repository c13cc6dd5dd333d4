import { ABBREVIATIONS, DIGIT_WORD } from './abbreviations.ts';
import { spellingOf } from './spelling.ts';

/** A word of the question: as written, as compared, and where it stood. */
export interface Token {
  readonly raw: string;
  /** Lower case, no accents, one spelling. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const CONTRACTIONS: Readonly<Record<string, string>> = {
  "what's": 'what is',
  whats: 'what is',
  "why's": 'why is',
  "who's": 'who is',
  "where's": 'where is',
  "how's": 'how is',
  "how'd": 'how did',
  "why'd": 'why did',
  "that's": 'that is',
  "there's": 'there is',
  "it's": 'it is',
  "let's": 'let us',
  "i'm": 'i am',
  "i'd": 'i would',
  "we'd": 'we would',
  "we've": 'we have',
  "i've": 'i have',
  "we're": 'we are',
  "they're": 'they are',
  "we'll": 'we will',
  "it'll": 'it will',
  "can't": 'can not',
  cannot: 'can not',
  cant: 'can not',
  "won't": 'will not',
  wont: 'will not',
  gonna: 'going to',
  howcome: 'how come',
};

/** `top5`. */
const GLUED = /^(top|last|first|next|past|over|above)(\d+)$/i;

/** One spelling: accents and case away, curly quotes straight. Every character keeps its place. */
export function plain(text: string): string {
  let out = '';
  for (const char of text) {
    const folded = char
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
      .replace(/[\u201c\u201d\u00ab\u00bb]/g, '"')
      .replace(/[\u2010-\u2015\u2212]/g, '-')
      .toLowerCase();
    // A character that folds to several (a ligature) keeps its first, so that positions stay true.
    out += folded.length === char.length ? folded : (folded[0] ?? ' ').padEnd(char.length, ' ');
  }
  return out;
}

function words(piece: string): string[] {
  const whole = CONTRACTIONS[piece] ?? ABBREVIATIONS.get(piece);
  if (whole) return whole.split(' ');
  const glued = GLUED.exec(piece);
  if (glued) return [glued[1]!, glued[2]!];
  const negated = /^([a-z]+)n't$/.exec(piece);
  if (negated) return [spellingOf(negated[1]!), 'not'];
  if (/^(didnt|doesnt|dont|isnt|wasnt|werent|hasnt|havent|couldnt|wouldnt|arent)$/.test(piece))
    return [piece.slice(0, -2), 'not'];
  return [spellingOf(piece.replace(/'s?$/, ''))];
}

/** Splits a question into tokens. Hyphens, dots, slashes and colons inside a word stay: identifiers and dates have them. */
export function tokenize(text: string): Token[] {
  const folded = plain(text);
  const tokens: Token[] = [];
  for (const match of folded.matchAll(/#?[\p{L}\p{N}]+(?:[-_.:/'&#>]+[\p{L}\p{N}]+)*|[%€$£]|->/gu)) {
    const start = match.index;
    const end = start + match[0].length;
    const piece = match[0].replace('#', '');
    const digit = DIGIT_WORD[piece];
    for (const word of words(digit?.after.test(tokens.at(-1)?.word ?? '') ? digit.word : piece))
      if (word) {
        const raw = text.slice(start, end).replace(/['\u2019]s$/i, '');
        tokens.push({ raw: GLUED.test(raw) ? word : raw, word, start, end });
      }
  }
  return tokens;
}
