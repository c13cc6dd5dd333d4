import type { z } from 'zod';
import { DomainError, type FieldProblem } from '#domain/problems.ts';

/** A body with thousands of mistakes is answered with the first of them. */
const MOST_PROBLEMS = 50;

/** JSON pointer of a path; the empty path is the whole document. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** Control characters as JSON escapes them. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What stands there, short enough for a message: texts in backticks, structures by their size. */
export function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? value : String(value);
  return `\`${visible(text.length > 60 ? `${text.slice(0, 60)}…` : text)}\``;
}

const WORDS_OF_SCHEMAS = /^(Too (small|big)|Invalid (option|input|string)|Unrecognized key)/;
const SIZES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};
const sized = (size: number | bigint, origin: string): string => {
  const words = SIZES[origin];
  return words ? `${size} ${words[Number(size) === 1 ? 0 : 1]}` : String(size);
};

/** What was expected, in this house's words where the schema brings none of its own. */
function expectedOf(issue: z.core.$ZodIssue): string {
  if (!WORDS_OF_SCHEMAS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'no such field';
    case 'too_small':
      return `at least ${sized(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${sized(issue.maximum, issue.origin)}`;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    default:
      return issue.message;
  }
}

/** The rows of a refusal, one for each wrong field, in the order of the schema. */
export function fieldProblemsOf(error: z.ZodError, body: unknown): FieldProblem[] {
  const rows: FieldProblem[] = [];
  for (const issue of error.issues) {
    if (rows.length >= MOST_PROBLEMS) break;
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys.slice(0, MOST_PROBLEMS - rows.length))
        rows.push({ path: pointer([...issue.path, key]), found: 'an unknown field', expected: expectedOf(issue) });
    else {
      const value = valueAt(body, issue.path);
      const found = describeFound(value);
      // `3` where a number is expected would read as if it were one.
      const isText = typeof value === 'string' && issue.code === 'invalid_type' && /number|int/.test(issue.expected);
      rows.push({
        path: pointer(issue.path),
        found: isText ? `the text ${found}` : found,
        expected: expectedOf(issue),
      });
    }
  }
  return rows;
}

/** One sentence over the rows: the first in full, the others counted. */
export function refusal(code: 'invalid-request' | 'unknown-reference', rows: readonly FieldProblem[]): DomainError {
  const [first] = rows;
  if (!first) throw new Error('a refusal names at least one field');
  const where = first.path === '' ? 'the body' : first.path;
  const more = rows.length > 1 ? `; ${rows.length - 1} more in \`errors\`` : '';
  return new DomainError(code, `${where}: found ${first.found}, expected ${first.expected}${more}`, { errors: rows });
}

/** What the schema makes of the body, or `invalid-request` with every wrong field. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refusal('invalid-request', fieldProblemsOf(result.error, body));
}
