/** GS1 modulo-10 check digit of the digits before it (weights 3 and 1 from the right). */
function gs1CheckDigit(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/** True for a number of one of the lengths whose last digit is the check digit of the rest. */
function isGs1Number(text: string, lengths: readonly number[]): boolean {
  if (!lengths.includes(text.length) || !/^\d+$/.test(text)) return false;
  return gs1CheckDigit(text.slice(0, -1)) === Number(text.at(-1));
}

export const isGtin = (text: string): boolean => isGs1Number(text, [8, 12, 13, 14]);
export const isGln = (text: string): boolean => isGs1Number(text, [13]);
export const isSscc = (text: string): boolean => isGs1Number(text, [18]);

/** UUIDv7 (RFC 9562): 48 bits of time, then the random bytes given (10 of them). */
export function uuidV7(instant: number, random: Uint8Array): string {
  const hex = instant.toString(16).padStart(12, '0').slice(-12);
  const bytes = [...random.subarray(0, 10)];
  bytes[0] = (bytes[0]! & 0x0f) | 0x70;
  bytes[2] = (bytes[2]! & 0x3f) | 0x80;
  const tail = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8, 20)}`;
}
