import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPolicy, policyFromDocument, resolvePolicy } from '#policies/load.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { ruleKindsText } from '../../scripts/rule-kinds.ts';

const file = 'policies/default.policy.yaml';
const text = readFileSync(file, 'utf8');

describe('the default policy', () => {
  it('loads, with every rule of the ERP in force', () => {
    const policy = loadPolicy([file]);
    const ids = policy.rules.map(({ ruleId }) => ruleId);
    for (const kind of RULE_KINDS) if (kind.hard) expect(ids).toContain(kind.kind);
    expect(policy.policyRevision).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(policy.costRates.lateOrder.PLATINUM).toBe(6000);
  });

  it('has a revision that follows from what it says, not from how or where it is written', () => {
    const revision = resolvePolicy([{ file, text }]).policyRevision;
    expect(resolvePolicy([{ file: 'elsewhere.yaml', text: `# a comment\n${text}` }]).policyRevision).toBe(revision);
    expect(resolvePolicy([{ file, text: text.replace('400.00 EUR', '401.00 EUR') }]).policyRevision).not.toBe(revision);
  });

  it('comes back from its document with the same revision', () => {
    const policy = loadPolicy([file]);
    expect(policyFromDocument(JSON.parse(JSON.stringify(policy.document))).policyRevision).toBe(policy.policyRevision);
  });
});

describe('the table of rule kinds', () => {
  it('lists every file of policies/rules (run `npm run rules` after adding one)', () => {
    expect(readFileSync('policies/rule-kinds.ts', 'utf8')).toBe(ruleKindsText());
  });
});
