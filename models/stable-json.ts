/** JSON with sorted keys: the same value gives the same text. `indent` as in JSON.stringify. */
export function stableJson(value: unknown, indent?: number): string {
  const sorted = (_: string, part: unknown): unknown => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(value, sorted, indent);
}
