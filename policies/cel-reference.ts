import { CEL_TYPES, CEL_VARIABLES } from './cel-context.ts';

/** docs/cel-context.md: what a rule in CEL can read, written from the table that types it. */
export function celReferenceText(): string {
  const types = Object.entries(CEL_TYPES).map(([name, fields]) => {
    const rows = Object.entries(fields).map(([field, type]) => `| \`${field}\` | ${type} |`);
    return [`## ${name}`, '', '| field | type |', '|---|---|', ...rows, ''].join('\n');
  });
  return [
    '# What a rule in CEL can read',
    '',
    'Written by `fairlead policy schema --reference`. A rule of kind `cel` has a condition `permit` that is true where',
    'the plan is permitted:',
    '',
    '```yaml',
    '- id: no-air-for-small-orders',
    '  rule: cel',
    '  severity: deny',
    '  reasonCode: COST_THRESHOLD',
    '  permit: order.value >= 50000 || shipments.all(s, !s.expedited)',
    '  message: small orders do not fly',
    '  owner: transport',
    '  source: service catalogue',
    '```',
    '',
    'Names and types are checked when the policy is loaded. Money is in minor units. A risk without a model is -1.',
    'Bounds: 200 nodes; no regular expressions; `all`, `exists`, `exists_one`, `filter` and `map` run over `shipments` or',
    '`lines` only, not inside each other, and over at most 50 entries. A rule that fails while it runs denies.',
    '',
    '## Variables',
    '',
    '| name | type |',
    '|---|---|',
    ...Object.entries(CEL_VARIABLES).map(([name, type]) => `| \`${name}\` | ${type} |`),
    '',
    ...types,
  ].join('\n');
}
