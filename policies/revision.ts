import { createHash } from 'node:crypto';
import type { PolicyDocument } from './policy.ts';

/** RFC 8785 text of a document: members sorted, no white space. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`).join(',')}}`;
}

/** `sha256:<hex>` of a document's canonical JSON. */
export function revisionOf(document: PolicyDocument): string {
  return `sha256:${createHash('sha256').update(canonicalText(document)).digest('hex')}`;
}
