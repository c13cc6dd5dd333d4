import { parseDocument } from 'yaml';

export interface Stamp {
  /** RFC 3339. */
  readonly effectiveFrom: string;
  readonly raisedBy: string;
  readonly approvedBy: string;
  readonly reason: string;
}

/** A policy's text with its first day, and who changed it and why; comments stay. */
export function stampPolicy(text: string, { effectiveFrom, ...change }: Stamp): string {
  const document = parseDocument(text);
  document.set('effectiveFrom', effectiveFrom);
  document.set('change', document.createNode(change));
  return String(document);
}
