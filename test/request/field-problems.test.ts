import { expect, test } from 'vitest';
import { z } from 'zod';
import { DomainError, type FieldProblem } from '#domain/problems.ts';
import { questionBody } from '#routes/question-shapes.ts';
import { parseBody } from '#src/wire/field-problems.ts';

function rowsOf(schema: z.ZodType, body: unknown): FieldProblem[] {
  try {
    parseBody(schema, body);
  } catch (error) {
    if (error instanceof DomainError) return error.facts['errors'] as FieldProblem[];
    throw error;
  }
  throw new Error('the body was accepted');
}

test('a schema without words of its own is answered in the words of this house', () => {
  const schema = z.strictObject({
    name: z.string().max(3),
    items: z.array(z.int()).min(1),
    kind: z.enum(['A', 'B']),
    share: z.number().max(1),
    open: z.boolean(),
  });
  expect(rowsOf(schema, { name: 'long', items: [], kind: 'C', share: 2, open: 'yes', other: 1 })).toEqual([
    { path: '/name', found: '`long`', expected: 'at most 3 characters' },
    { path: '/items', found: 'a list of 0', expected: 'at least 1 entry' },
    { path: '/kind', found: '`C`', expected: 'one of A, B' },
    { path: '/share', found: '`2`', expected: 'at most 1' },
    { path: '/open', found: '`yes`', expected: 'a boolean' },
    { path: '/other', found: 'an unknown field', expected: 'no such field' },
  ]);
  expect(rowsOf(questionBody, { question: '' })).toEqual([
    { path: '/question', found: '``', expected: 'at least 1 character' },
  ]);
});
