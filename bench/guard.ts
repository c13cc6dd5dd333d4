// `npm run bench:guard`: what 50 built-in rules cost a candidate, and what one rule in CEL costs. Exit 1 beyond the targets.
import { guard } from '#policies/guard.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy, RuleDocument } from '#policies/policy.ts';
import { RULE_KINDS } from '#policies/rule-kinds.ts';
import { policyWith } from '../test/policies/policies.ts';
import {
  candidateOf,
  draft,
  lane,
  line,
  node,
  position,
  repriceFor,
  request,
  snapshot,
} from '../test/policies/world.ts';

const TARGET_CANDIDATE_US = 20;
const TARGET_CEL_US = 2;
const CANDIDATES = 48;

/** Limits so far out that no rule speaks: every rule is run to its end. */
function builtIn(count: number): Policy {
  const limits = RULE_KINDS.filter((kind) => !kind.hard);
  const base = policyWith([]).document;
  const rules: RuleDocument[] = base.rules.filter(({ kind }) =>
    RULE_KINDS.some((other) => other.hard && other.kind === kind),
  );
  for (let index = 0; rules.length < count; index++) {
    const kind = limits[index % limits.length]!;
    const far = kind.hard || kind.direction === 'max' ? 1e9 : -1e9;
    const limit = { PLATINUM: far, GOLD: far, SILVER: far, STANDARD: far };
    rules.push({
      ruleId: `${kind.kind}-${index}`,
      kind: kind.kind,
      move: [],
      reasonCode: kind.reasonCode,
      scope: {},
      variants: [{ level: 'company', appliesTo: null, severity: 'deny', limit, approvals: [] }],
      permit: null,
      message: 'm',
      owner: 'o',
      source: 's',
      relaxable: null,
    });
  }
  return policyFromDocument({ ...base, rules });
}

function withCel(policy: Policy, count: number): Policy {
  const own = Array.from(
    { length: count },
    (_, index): RuleDocument => ({
      ...policyWith([
        {
          id: `own-${index}`,
          rule: 'cel',
          reasonCode: 'COST_THRESHOLD',
          permit: `order.tier != "GOLD" || shipments.all(s, !s.expedited || s.freight < ${9000 + index})`,
        },
      ]).document.rules.find(({ kind }) => kind === 'cel')!,
    }),
  );
  return policyFromDocument({ ...policy.document, rules: [...policy.document.rules, ...own] });
}

const nodeIds = Array.from({ length: 8 }, (_, index) => `N${index}`);
const asked = request({
  lines: [line(), line({ orderLineId: '2', orderedQty: 3 }), line({ orderLineId: '3', orderedQty: 2 })],
});
const known = snapshot({
  nodes: nodeIds.map((nodeId) => node({ nodeId, capacity: 500 })),
  lanes: nodeIds.flatMap((nodeId) => ['AIR', 'GROUND'].map((carrierService) => lane({ nodeId, carrierService }))),
  supply: nodeIds.map((nodeId) => position({ nodeId })),
});
const candidates = Array.from({ length: CANDIDATES }, (_, index) => {
  const at = nodeIds[index % 8]!;
  const other = nodeIds[(index + 1 + Math.floor(index / 8)) % 8]!;
  const service = index % 2 === 0 ? 'GROUND' : 'AIR';
  return candidateOf(
    asked,
    known,
    index % 3 === 0 || at === other
      ? draft([at, service, { '1': 5, '2': 3, '3': 2 }])
      : draft([at, service, { '1': 5, '2': 3 }], [other, 'GROUND', { '3': 2 }]),
  );
});

/** Median microseconds a candidate over rounds of whole orders. */
function microsecondsPerCandidate(policy: Policy): number {
  const reprice = repriceFor(asked, known);
  const samples: number[] = [];
  for (let round = 0; round < 700; round++) {
    const started = process.hrtime.bigint();
    const guarded = guard(asked, candidates, policy, known, reprice);
    const spent = Number(process.hrtime.bigint() - started) / 1000 / CANDIDATES;
    if (guarded.candidates.some(({ verdict }) => verdict !== 'ALLOW'))
      throw new Error('a rule spoke: the bench measures the wrong thing');
    if (round >= 200) samples.push(spent);
  }
  return samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
}

const fifty = builtIn(50);
const plain = microsecondsPerCandidate(fifty);
const CEL_RULES = 20;
const own = (microsecondsPerCandidate(withCel(fifty, CEL_RULES)) - plain) / CEL_RULES;
console.log(`${fifty.rules.length} built-in rules: ${plain.toFixed(2)} us a candidate (target ${TARGET_CANDIDATE_US})`);
console.log(`a rule in CEL: ${own.toFixed(2)} us a candidate (target ${TARGET_CEL_US})`);
process.exitCode = plain <= TARGET_CANDIDATE_US && own <= TARGET_CEL_US ? 0 : 1;
