/** Numbers as words wherever a number is read. */
export const COMMON_NUMBERS = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
} as const;

const NUMBERS: Readonly<Record<string, number>> = {
  ...COMMON_NUMBERS,
  fifteen: 15,
  twenty: 20,
  fifty: 50,
  hundred: 100,
  dozen: 12,
};
/** A number in digits or as a word, as one group of a pattern. */
export const N = `(\\d{1,7}(?:\\.\\d+)?|${Object.keys(NUMBERS).join('|')})`;

/** A number of two or more, or in digits. */
export const MANY = `(\\d{1,3}|${Object.keys(NUMBERS)
  .filter((word) => !/^(?:an?|one|dozen)$/.test(word))
  .join('|')})`;

/** Its value; absent where the text is none. */
export function numberIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = NUMBERS[text] ?? Number(text);
  return Number.isFinite(value) ? value : undefined;
}
