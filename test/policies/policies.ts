import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { resolvePolicy } from '#policies/load.ts';
import type { Policy } from '#policies/policy.ts';

const defaults: Record<string, unknown> = parse(readFileSync('policies/default.policy.yaml', 'utf8'));

export interface ShortRule {
  readonly id: string;
  readonly rule: string;
  readonly [key: string]: unknown;
}

/** The default policy with other rules; severity is `deny` where a test says nothing. */
export function policyText(rules: readonly ShortRule[], over: Record<string, unknown> = {}): string {
  const filled = rules.map((rule) => ({ severity: 'deny', message: rule.id, owner: 'test', source: 'test', ...rule }));
  return stringify({ ...defaults, ...over, rules: filled });
}

export function policyWith(rules: readonly ShortRule[], over: Record<string, unknown> = {}): Policy {
  return resolvePolicy([{ file: 'test.yaml', text: policyText(rules, over) }]);
}
