/** British to American, because the vocabulary has one spelling. */
const PAIRS: Readonly<Record<string, string>> = {
  ageing: 'aging',
  centre: 'center',
  centres: 'centers',
  labour: 'labor',
  favour: 'favor',
  behaviour: 'behavior',
  neighbour: 'neighbor',
  colour: 'color',
  fulfil: 'fulfill',
  fulfilment: 'fulfillment',
  cancelled: 'canceled',
  cancelling: 'canceling',
  labelled: 'labeled',
  travelled: 'traveled',
  modelling: 'modeling',
  licence: 'license',
  cheque: 'check',
  catalogue: 'catalog',
  programme: 'program',
  judgement: 'judgment',
  metre: 'meter',
  analyse: 'analyze',
  analysed: 'analyzed',
  defence: 'defense',
};

const ISE =
  /^(author|prior|optim|util|final|recogn|organ|summar|real|minim|maxim|normal|visual|penal)is(e|es|ed|ing|ation)$/;

export function spellingOf(word: string): string {
  const pair = PAIRS[word];
  if (pair) return pair;
  return word.replace(ISE, '$1iz$2');
}

/** Damerau-Levenshtein (adjacent transposition counts one), cut off above `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous2: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, previous2[j - 2]! + 1);
      row.push(value);
      least = Math.min(least, value);
    }
    if (least > limit) return limit + 1;
    previous2 = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** How many slips a word of this length may have and still be taken for another. */
export function slipsAllowed(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

const byLength = new WeakMap<ReadonlySet<string>, string[][]>();

function ofLength(known: ReadonlySet<string>): string[][] {
  let lists = byLength.get(known);
  if (!lists) {
    const longest = Math.max(...[...known].map(({ length }) => length));
    lists = Array.from({ length: longest + 1 }, () => []);
    for (const word of known) lists[word.length]!.push(word);
    byLength.set(known, lists);
  }
  return lists;
}

/** The known word this one was most likely meant to be; itself where it is known or nothing is near. */
export function corrected(word: string, known: ReadonlySet<string>): string {
  if (known.has(word) || !/^[a-z]+$/.test(word)) return word;
  const limit = slipsAllowed(word.length);
  let best: { word: string; score: number } | undefined;
  if (limit > 0)
    for (const candidate of ofLength(known)
      .slice(Math.max(4, word.length - limit), word.length + limit + 1)
      .flat()) {
      if (word.length < 6 && candidate[0] !== word[0]) continue;
      const distance = editDistance(word, candidate, limit);
      if (distance > limit) continue;
      // A wrong first letter is rare in slips, and short words have many neighbours.
      const score = distance + (candidate[0] === word[0] ? 0 : 0.7);
      if (score > limit + 0.7 || (word.length < 6 && candidate[0] !== word[0])) continue;
      if (!best || score < best.score) best = { word: candidate, score };
    }
  return best?.word ?? word;
}

/** The first letter and the consonants after it, none twice in a row. */
function skeletonOf(word: string): string {
  return (
    word[0]! +
    word
      .slice(1)
      .replace(/[aeiou]/g, '')
      .replace(/(.)\1/g, '$1')
  );
}

const bySkeleton = new WeakMap<ReadonlySet<string>, Map<string, string>>();

/** The known word of which this one leaves out vowels (`shpmnt`) or the end (`deliv`); itself where there is none. */
export function unshortened(word: string, known: ReadonlySet<string>): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let skeletons = bySkeleton.get(known);
  if (!skeletons) {
    skeletons = new Map();
    for (const whole of [...known].sort((a, b) => a.length - b.length))
      if (whole.length >= 5 && /^[a-z]+$/.test(whole) && !skeletons.has(skeletonOf(whole)))
        skeletons.set(skeletonOf(whole), whole);
    bySkeleton.set(known, skeletons);
  }
  const whole = skeletons.get(skeletonOf(word));
  if (whole && whole.length > word.length && skeletonOf(word).length >= 3) return whole;
  if (word.length < 5) return word;
  return (
    [...known]
      .filter((long) => long.length >= word.length + 2 && long.startsWith(word))
      .sort((a, b) => a.length - b.length)[0] ?? word
  );
}
