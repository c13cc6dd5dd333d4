import canonicalize from 'canonicalize';

const encoder = new TextEncoder();
/** What JSON writes as it stands: no quote, backslash, control character or surrogate. */
const PLAIN = /^[\u0020\u0021\u0023-\u005b\u005d-\ud7ff\ue000-\uffff]*$/;

/** RFC 8785 bytes (UTF-8): what is hashed and logged. Fails on NaN, infinities, lone surrogates and functions. */
export function canonicalBytes(value: unknown): Uint8Array {
  return encoder.encode(canonicalText(value));
}

function slow(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON form`);
  return text;
}

/** How objects with these members, in this order, are written. */
interface Shape {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
  /** What stands before the value of each sorted member: a comma, its name and a colon. */
  readonly heads: readonly string[];
  /** Has a `toJSON` of its own. */
  readonly special: boolean;
}

/** By first member. Records have some dozens of shapes; of what is keyed by ids, only the first are kept. */
const shapes = new Map<string, Shape[]>();
const MOST_SHAPES = 1000;
const MOST_SHAPES_EACH = 8;

function shapeOf(names: readonly string[]): Shape {
  const first = names[0] ?? '';
  const known = shapes.get(first);
  if (known) for (const shape of known) if (sameNames(shape.names, names)) return shape;
  const sorted = [...names].sort();
  const shape = {
    names,
    sorted,
    heads: sorted.map((name) => `,${writeString(name)}:`),
    special: names.includes('toJSON'),
  };
  if (!known && shapes.size < MOST_SHAPES) shapes.set(first, [shape]);
  else if (known && known.length < MOST_SHAPES_EACH) known.push(shape);
  return shape;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const writeString = (value: string): string => (PLAIN.test(value) ? `"${value}"` : slow(value));

/**
 * RFC 8785 text of plain data: members sorted by UTF-16 code units, numbers as ECMAScript writes them.
 * Plain objects, arrays and strings go the short way, many times as fast as the package, which writes the rest.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return Number.isFinite(value) ? (value === 0 ? '0' : `${value}`) : slow(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeItems(value) : writeMembers(value as Record<string, unknown>);
    default:
      return slow(value);
  }
}

function writeItems(items: readonly unknown[]): string {
  if (items.length === 0) return '[]';
  let text = `[${canonicalText(items[0] ?? null)}`;
  for (let i = 1; i < items.length; i++) text += `,${canonicalText(items[i] ?? null)}`;
  return `${text}]`;
}

function writeMembers(value: Record<string, unknown>): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return slow(value);
  const { sorted, heads, special } = shapeOf(Object.keys(value));
  if (special) return slow(value);
  let text = '{';
  for (let i = 0; i < sorted.length; i++) {
    const member = value[sorted[i]!];
    if (member !== undefined) text += (text.length === 1 ? heads[i]!.slice(1) : heads[i]!) + canonicalText(member);
  }
  return `${text}}`;
}
