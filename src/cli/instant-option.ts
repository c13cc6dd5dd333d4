import { DomainError } from '#domain/problems.ts';
import type { Instant } from '#domain/time.ts';

/** The moment an option names, undefined where it is not given. Throws `usage` naming the option. */
export function instantOption(name: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new DomainError('usage', `${name}: found \`${text}\`, expected an RFC 3339 time`);
  return value;
}
