import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';

const LIMIT = 'a whole number from 1 to 500';
const CURSOR = 'the `next` of the page before';

/** Query of every list. A cursor is opaque to the caller: the key of the last row seen. */
export const pageQuery = {
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(500, LIMIT).default(50),
  cursor: z.string(CURSOR).max(500, CURSOR).optional(),
};

export function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

const DECISION_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The decisionId in a cursor; null for the first page. */
export function keyOfCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!DECISION_ID.test(key) || cursorOf(key) !== cursor)
    throw new DomainError('invalid-request', `/cursor: found \`${cursor}\`, expected ${CURSOR}`, {
      errors: [{ path: '/cursor', found: `\`${cursor}\``, expected: CURSOR }],
    });
  return key;
}
