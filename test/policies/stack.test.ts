import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { activeRules } from '#policies/evaluate.ts';
import { resolvePolicy } from '#policies/load.ts';
import { order } from './world.ts';

const company = { file: 'company.yaml', text: readFileSync('policies/default.policy.yaml', 'utf8') };

/** A narrower policy of one rule. */
function narrow(level: 'region' | 'customer', appliesTo: string, rule: string, id: string = level) {
  const text = `policyId: ${id}
version: "1"
level: ${level}
owner: sales
change: { raisedBy: a, approvedBy: b, reason: contract }
appliesTo: ${appliesTo}
rules:
  - { message: m, owner: o, source: s, ${rule} }
`;
  return { file: `${id}.yaml`, text };
}

const limitFor = (texts: Parameters<typeof resolvePolicy>[0], ruleId: string, over: Parameters<typeof order>[0]) =>
  activeRules(resolvePolicy(texts), order(over)).find(({ rule }) => rule.ruleId === ruleId)?.limit ?? null;

const DE = { shipTo: { zone: 'Z1', country: 'DE' } };
const FR = { shipTo: { zone: 'Z1', country: 'FR' } };

describe('a stack of policies', () => {
  it('tightens for the orders of the narrower policy only', () => {
    const texts = [
      company,
      narrow(
        'region',
        '{ countries: [DE] }',
        'id: freight-ceiling, rule: freight-ceiling, severity: clamp, threshold: 300.00 EUR',
      ),
    ];
    expect(limitFor(texts, 'freight-ceiling', DE)).toBe(30_000);
    expect(limitFor(texts, 'freight-ceiling', FR)).toBe(40_000);
  });

  it('adds rules of its own for its orders only', () => {
    const texts = [
      company,
      narrow(
        'customer',
        '{ customers: [C-1] }',
        'id: near-only, rule: distance-limit, severity: deny, threshold: 500 km',
      ),
    ];
    expect(limitFor(texts, 'near-only', {})).toBe(500);
    expect(limitFor(texts, 'near-only', { customerId: 'C-2' })).toBeNull();
  });

  it('lets the narrowest decide, whatever order the files come in', () => {
    const region = narrow(
      'region',
      '{ countries: [DE] }',
      'id: freight-ceiling, rule: freight-ceiling, severity: clamp, threshold: 300.00 EUR',
    );
    const customer = narrow(
      'customer',
      '{ customers: [C-1] }',
      'id: freight-ceiling, rule: freight-ceiling, severity: deny, threshold: 200.00 EUR',
    );
    for (const texts of [
      [company, region, customer],
      [customer, region, company],
    ])
      expect(limitFor(texts, 'freight-ceiling', DE)).toBe(20_000);
  });

  it('loosens as far as the wider policy says, and no further', () => {
    const loose = (limit: string) => [
      company,
      narrow(
        'customer',
        '{ customers: [C-1] }',
        `id: freight-ceiling, rule: freight-ceiling, severity: clamp, threshold: ${limit} EUR`,
      ),
    ];
    expect(limitFor(loose('600.00'), 'freight-ceiling', {})).toBe(60_000);
    expect(() => resolvePolicy(loose('600.01'))).toThrow(
      /customer\.yaml:8: .*looser for PLATINUM than the company policy allows; tighten it/,
    );
  });

  const silent: [string, string, RegExp][] = [
    [
      'a looser threshold',
      'id: distance-limit, rule: distance-limit, severity: deny, threshold: 6000 km',
      /looser for PLATINUM than the company policy says/,
    ],
    [
      'a milder severity',
      'id: distance-limit, rule: distance-limit, severity: clamp, threshold: 4000 km',
      /milder than `deny`/,
    ],
    [
      'another kind',
      'id: distance-limit, rule: backlog-limit, severity: deny, threshold: 40 shipments',
      /is a `distance-limit` in the wider policy/,
    ],
    [
      'a scope',
      'id: distance-limit, rule: distance-limit, severity: deny, threshold: 4000 km, scope: { tiers: [GOLD] }',
      /takes its `scope` from the wider/,
    ],
    [
      'other approvers',
      'id: margin-floor, rule: margin-floor, severity: approve, threshold: -20 percent, approvals: [{ role: logistics-manager, expires: 1 hours, hold: KEEP }]',
      /who approves `margin-floor` stands in the wider/,
    ],
  ];
  it.each(silent)('refuses %s as a silent override', (_what, rule, message) => {
    expect(() => resolvePolicy([company, narrow('region', '{ countries: [DE] }', rule)])).toThrow(message);
  });

  it('keeps two regions apart', () => {
    const rule = (limit: string) => `id: distance-limit, rule: distance-limit, severity: deny, threshold: ${limit} km`;
    const texts = [
      company,
      narrow('region', '{ countries: [DE] }', rule('100'), 'de'),
      narrow('region', '{ countries: [FR] }', rule('900'), 'fr'),
    ];
    expect(limitFor(texts, 'distance-limit', DE)).toBe(100);
    expect(limitFor(texts, 'distance-limit', FR)).toBe(900);
  });

  it('refuses a narrower policy about every order', () => {
    expect(() =>
      resolvePolicy([
        company,
        narrow('region', '{}', 'id: x, rule: backlog-limit, severity: deny, threshold: 40 shipments'),
      ]),
    ).toThrow(/about every order/);
  });
});
