import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleKindsText } from '../../scripts/rule-kinds.ts';
import { policyText } from './policies.ts';

const page = readFileSync('docs/new-rule.md', 'utf8');
const blocks = [...page.matchAll(/```(ts|yaml)\n([\s\S]*?)```/g)].map(([, language, text]) => ({
  language,
  text: text!,
}));
const [code, line, example] = blocks.map(({ text }) => text);
const fileName = /`policies\/rules\/([a-z-]+\.ts)`:/.exec(page)![1]!;

let folder: string;
beforeAll(() => {
  // Beside the repository's own policies, so that the aliases of its package.json hold.
  folder = mkdtempSync(join(process.cwd(), 'test/policies/.new-rule-'));
  cpSync('policies', folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the worked example of docs/new-rule.md', () => {
  it('is one new file and one line of policy, and works', async () => {
    writeFileSync(join(folder, 'rules', fileName), code!);
    writeFileSync(join(folder, 'rule-kinds.ts'), ruleKindsText(folder));
    const { resolvePolicy }: typeof import('#policies/load.ts') = await import(join(folder, 'load.ts'));
    const { readCases, runCases }: typeof import('#policies/policy-cases.ts') = await import(
      join(folder, 'policy-cases.ts')
    );
    const text = policyText([]).replace('rules: []', () => `rules:\n${line}`);
    const policy = resolvePolicy([{ file: 'with-example.yaml', text }]);
    expect(policy.rules.find(({ ruleId }) => ruleId === 'pallet')?.kind).toBe('units-per-shipment');
    expect(runCases(policy, readCases({ file: 'c', text: `cases:\n${example}` }))).toMatchObject([{ passed: true }]);
    const within = example!.replace('units: 41', 'units: 40').replace('DENY, rules: [pallet]', 'ALLOW');
    expect(runCases(policy, readCases({ file: 'c', text: `cases:\n${within}` }))).toMatchObject([{ passed: true }]);
  });
});
