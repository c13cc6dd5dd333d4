import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { celReferenceText } from '#policies/cel-reference.ts';
import { diffPolicies } from '#policies/describe.ts';
import { loadPolicy } from '#policies/load.ts';
import { readCases, runCases } from '#policies/policy-cases.ts';
import { createSchedule } from '#policies/schedule.ts';
import { policySchemaText } from '#policies/schema.ts';
import { main } from '#src/cli/main.ts';
import { createPolicyInForce } from '#src/server/policy-in-force.ts';
import { policyText, policyWith, type ShortRule } from './policies.ts';

const DEFAULT = 'policies/default.policy.yaml';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(args, { out: (text) => (out += text), err: (text) => (err += text), interactive: false });
  return { code, out, err };
}

const ceiling = (threshold: string): ShortRule => ({ id: 'ceiling', rule: 'freight-ceiling', threshold });

describe('what is generated', () => {
  it('the JSON Schema is that of the code (`fairlead policy schema > policies/policy.schema.json`)', () => {
    expect(readFileSync('policies/policy.schema.json', 'utf8')).toBe(policySchemaText());
  });
  it('the CEL reference is that of the code (`fairlead policy schema --reference > docs/cel-context.md`)', () => {
    expect(readFileSync('docs/cel-context.md', 'utf8')).toBe(celReferenceText());
  });
});

describe('policy cases', () => {
  it('of the default policy come out as written', () => {
    const cases = readCases({ file: 'c', text: readFileSync('policies/default.cases.yaml', 'utf8') });
    expect(runCases(loadPolicy([DEFAULT]), cases).filter(({ passed }) => !passed)).toEqual([]);
  });

  it('fail where the policy says something else, and say what', () => {
    const cases = readCases({
      file: 'c',
      text: 'cases:\n  - { note: n, shipments: [{ freight: 9.00 EUR, value: 90.00 EUR }], want: { verdict: ALLOW } }\n',
    });
    const [result] = runCases(policyWith([ceiling('8.99 EUR')]), cases);
    expect(result).toMatchObject({ passed: false, got: { verdict: 'DENY', rules: ['ceiling'] } });
  });

  it('are refused with their line where they do not fit', () => {
    expect(() =>
      readCases({ file: 'c.yaml', text: 'cases:\n  - note: n\n    shipments: []\n    want: { verdict: ALLOW }\n' }),
    ).toThrow(/^c\.yaml:3: cases\.0\.shipments/);
  });
});

describe('policy diff', () => {
  it('says in words what changes', () => {
    const before = policyWith([
      ceiling('9.00 EUR'),
      { id: 'far', rule: 'distance-limit', threshold: '100 km' },
    ]).document;
    const after = policyWith([
      ceiling('8.00 EUR'),
      { id: 'near', rule: 'distance-limit', threshold: '50 km', scope: { tiers: ['GOLD'] } },
    ]).document;
    expect(diffPolicies(before, after)).toEqual([
      'rule `ceiling`: freight of the order: at most 9.00 EUR, else denies becomes freight of the order: at most 8.00 EUR, else denies',
      'rule `near` is new: distance from the node to the customer: at most 50 km, else denies; only tiers GOLD',
      'rule `far` is gone: distance from the node to the customer: at most 100 km, else denies',
    ]);
    expect(diffPolicies(before, before)).toEqual([]);
  });
});

/** A version of the test policy that begins on a day of 2026. */
function version(name: string, from: string | undefined, threshold: string): string {
  return policyText([ceiling(threshold)], {
    version: name,
    ...(from === undefined ? {} : { effectiveFrom: `2026-${from}T00:00:00Z` }),
  });
}
const limitOf = (policy: {
  rules: readonly { ruleId: string; variants: readonly { limit: { GOLD: number } | null }[] }[];
}) => policy.rules.find(({ ruleId }) => ruleId === 'ceiling')?.variants[0]?.limit?.GOLD;
const day = (text: string): number => Date.parse(`2026-${text}T00:00:00Z`);

describe('a schedule of versions', () => {
  const texts = [
    { file: 'b', text: version('2', '06-01', '8.00 EUR') },
    { file: 'a', text: version('1', undefined, '9.00 EUR') },
  ];
  it('puts a version in force on its day, to the millisecond', () => {
    const schedule = createSchedule(texts);
    expect(schedule.changes).toEqual([day('06-01')]);
    expect(limitOf(schedule.at(day('06-01') - 1))).toBe(900);
    expect(limitOf(schedule.at(day('06-01')))).toBe(800);
  });

  it('finds a mistake of next month today', () => {
    const broken = { file: 'c', text: version('3', '07-01', '7.00 USD') };
    expect(() => createSchedule([...texts, broken])).toThrow(/^c:.*in USD/);
  });

  it('does not guess between two versions of one moment', () => {
    expect(() => createSchedule([...texts, { file: 'c', text: version('3', '06-01', '7.00 EUR') }])).toThrow(
      /begins at the same moment/,
    );
  });

  it('says so where none is in force', () => {
    const schedule = createSchedule([{ file: 'b', text: version('2', '06-01', '8.00 EUR') }]);
    expect(() => schedule.at(day('01-01'))).toThrow(/no policy of level `company` is in force at 2026-01-01/);
  });
});

describe('the policy in force', () => {
  it('changes with its files and on its day, and a broken file leaves the old revision in force, loudly', () => {
    let now = day('05-01');
    const errors: unknown[] = [];
    const file = join(folder, 'a.policy.yaml');
    writeFileSync(file, version('1', undefined, '9.00 EUR'));
    const policies = createPolicyInForce({ files: [folder], now: () => now, report: (error) => errors.push(error) });
    const first = policies.current();
    expect(policies.refresh()).toBeUndefined();

    writeFileSync(file, 'policyId: [broken');
    expect(policies.refresh()).toBeUndefined();
    expect(policies.refresh()).toBeUndefined();
    expect(policies.current()).toBe(first);
    expect(String(errors[0])).toMatch(/not YAML/);
    expect(errors).toHaveLength(1);

    writeFileSync(file, version('1', undefined, '9.50 EUR'));
    expect(limitOf(policies.refresh()!)).toBe(950);

    writeFileSync(join(folder, 'b.policy.yaml'), version('2', '06-01', '8.00 EUR'));
    expect(policies.refresh()).toBeUndefined();
    now = day('06-01');
    expect(limitOf(policies.current())).toBe(950);
    expect(limitOf(policies.refresh()!)).toBe(800);
    expect(limitOf(policies.current())).toBe(800);
  });
});

describe('fairlead policy', () => {
  it('check: prints the revision, or every problem with file and line', async () => {
    expect((await run('policy', 'check', DEFAULT)).out).toMatch(/^company 1\.0: \d+ rules, sha256:/);
    const file = join(folder, 'x.policy.yaml');
    writeFileSync(file, version('1', undefined, '9.00 USD'));
    const { code, err } = await run('policy', 'check', file);
    expect(code).toBe(1);
    expect(err).toContain(`${file}:`);
    expect((await run('policy', 'check', join(folder, 'none.yaml'))).code).toBe(2);
  });

  it('test: counts cases, exit 1 when one comes out differently', async () => {
    expect(await run('policy', 'test', DEFAULT)).toMatchObject({ code: 0, out: '12 of 12 cases as expected\n' });
    const cases = join(folder, 'c.cases.yaml');
    writeFileSync(
      cases,
      'cases:\n  - { note: free, shipments: [{ freight: 9.00 EUR, value: 90.00 EUR }], want: { verdict: DENY } }\n',
    );
    const { code, out } = await run('policy', 'test', DEFAULT, '--cases', cases);
    expect(code).toBe(1);
    expect(out).toContain('failed  free: expected DENY by no rule, found ALLOW by no rule');
  });

  it('diff: exit 1 and words where two differ', async () => {
    const [a, b] = ['a.yaml', 'b.yaml'].map((name) => join(folder, name));
    writeFileSync(a!, version('1', undefined, '9.00 EUR'));
    writeFileSync(b!, version('1', undefined, '8.00 EUR'));
    expect(await run('policy', 'diff', a!, a!)).toMatchObject({ code: 0, out: 'they decide the same\n' });
    expect(await run('policy', 'diff', a!, b!)).toMatchObject({
      code: 1,
      out: expect.stringContaining('at most 8.00 EUR'),
    });
  });

  it('activate: stamps who and why, keeps comments, never overwrites, needs two people', async () => {
    writeFileSync(join(folder, 'a.policy.yaml'), version('1', undefined, '9.00 EUR'));
    const draft = join(folder, 'draft.yaml');
    writeFileSync(draft, `# why we do this\n${version('2', undefined, '8.00 EUR')}`);
    const who = ['--by', 'lisa', '--approved-by', 'fay', '--reason', 'budget'];
    const args = ['policy', 'activate', draft, '--into', folder, '--from', '2026-06-01T00:00:00Z'];
    const { code, out } = await run(...args, ...who);
    expect(code).toBe(0);
    expect(out).toMatch(/company@2\.policy\.yaml: in force from 2026-06-01T00:00:00\.000Z as sha256:/);
    const text = readFileSync(join(folder, 'company@2.policy.yaml'), 'utf8');
    expect(text).toContain('# why we do this');
    expect(text).toMatch(/raisedBy: lisa\n\s+approvedBy: fay\n\s+reason: budget/);
    expect((await run(...args, ...who)).err).toMatch(/give the draft another version/);
    expect(
      (await run(...args.with(5, '2026-07-01T00:00:00Z'), '--by', 'lisa', '--approved-by', 'lisa', '--reason', 'r'))
        .code,
    ).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(['a.policy.yaml', 'company@2.policy.yaml', 'draft.yaml']);
  });
});
