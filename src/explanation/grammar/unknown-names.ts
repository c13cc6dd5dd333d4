import { REASON_CODES, type ReasonCode } from '#domain/reason-codes.ts';
import { isKnown, repaired } from './concepts.ts';
import { type Directory, type Kind, prefixOf } from './directory.ts';
import { indexOf } from './entity-index.ts';
import { KIND_WORDS, NODE_AROUND, OTHER_CARRIERS, PREPOSITION } from './entity-words.ts';
import type { Token } from './normalize.ts';

/** Something that looks like a name or an id and is not in the database. */
export interface Unknown {
  readonly kind: Kind | null;
  readonly text: string;
  readonly at: number;
}

/** `CREDIT_HOLD`, written as the log writes it. */
export function isReason(raw: string): raw is ReasonCode {
  return (REASON_CODES as readonly string[]).includes(raw);
}

/** What is left over and has the shape of an identifier, or stands where a name stands. `used` are the tokens that were read. */
export function findUnknown(tokens: readonly Token[], used: ReadonlySet<number>, directory: Directory): Unknown[] {
  const { prefixes } = indexOf(directory);
  const unknown: Unknown[] = [];
  const word = (i: number): string => tokens[i]?.word ?? '';
  for (let i = 0; i < tokens.length; i++) {
    if (used.has(i)) continue;
    const { raw } = tokens[i]!;
    const single = word(i);
    const kind =
      KIND_WORDS[repaired(word(i - 1))] ??
      (/^#\d/.test(raw) || (/^\d/.test(raw) && directory.orderPrefixes.includes(word(i - 1))) ? 'order' : null);
    const shaped = /^[\p{L}\p{N}]+([-_][\p{L}\p{N}]+)+$/u.test(raw) || (/\d/.test(raw) && /\p{L}/u.test(raw));
    const prefix = prefixes.get(prefixOf(raw)) ?? null;
    const nodePrefix = /^(dc|store|3pl|vendor|wh|fc|hub)[-_]/i.test(raw) ? 'node' : null;
    if (/^\d{1,4}(s|st|nd|rd|th|d|h|k|x|pct|am|pm|hr|hrs|days?|pp|kg|km|eur|%)?$/i.test(raw) && kind === null) continue;
    if (/^(19|20)\d\d([-/.]\d\d?)*$/.test(raw)) continue;
    if (isReason(raw)) continue;
    if (/^#?\d+$/.test(raw)) {
      if (
        kind !== null &&
        !(kind === 'order' && raw.length < 2) &&
        (kind !== 'order' || raw.length >= 3 || raw.startsWith('#'))
      )
        unknown.push({ kind, text: raw, at: i });
      else if (raw.length >= 6 && kind === null) unknown.push({ kind: 'order', text: raw, at: i });
      continue;
    }
    const upper = /^[A-Z0-9]/.test(raw);
    if (
      shaped &&
      (/\d/.test(raw) || raw === raw.toUpperCase() || nodePrefix || kind === 'rule') &&
      !isKnown(single) &&
      !isKnown(single.replace(/-/g, ''))
    ) {
      if (prefix === null && nodePrefix === null && kind === null && !/\d/.test(raw) && !upper) continue;
      if (/^\d+-?(day|days|week|weeks|hour|hours|month|months|line|lines|node|unit|units)$/.test(single)) continue;
      unknown.push({ kind: nodePrefix ?? prefix ?? kind, text: raw, at: i });
      continue;
    }
    if (OTHER_CARRIERS.has(single)) {
      unknown.push({ kind: 'carrier', text: raw, at: i });
      continue;
    }
    if (isKnown(single) || repaired(single) !== single || !/^\p{L}{3,}$/u.test(raw)) continue;
    const named = /^\p{Lu}/u.test(raw) || ((kind === 'node' || kind === 'carrier') && !/(?:s|ed|ing|ly)$/.test(single));
    const afterKind = kind !== null && kind !== 'carrierService' && named;
    const beforeKind = NODE_AROUND.test(word(i + 1)) && i > 0;
    const properName =
      /^\p{Lu}/u.test(raw) && i > 0 && (PREPOSITION.test(word(i - 1)) || /^(?:does|did|is|was|has)$/.test(word(i - 1)));
    if (afterKind || beforeKind || properName)
      unknown.push({ kind: kind ?? (beforeKind ? 'node' : null), text: raw, at: i });
  }
  return unknown;
}
