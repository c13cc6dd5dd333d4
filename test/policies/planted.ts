/** A mistake put into the default policy: what is replaced by what, the words on its line, and what is said about it. */
export interface Planted {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  /** Words of the mistaken line in the changed file. */
  readonly at: string;
  readonly problem: RegExp;
  readonly remedy: RegExp;
}

const CEL = (permit: string, id = 'own'): string => `rules:
  - id: ${id}
    rule: cel
    severity: deny
    reasonCode: COST_THRESHOLD
    permit: ${permit}
    message: m
    owner: transport
    source: s
`;

export const PLANTED: readonly Planted[] = [
  {
    name: 'a file that is not YAML',
    find: '  raisedBy: planning',
    replace: '  raisedBy: "planning',
    at: 'raisedBy',
    problem: /not YAML/,
    remedy: /quotes/,
  },
  {
    name: 'a doubled key',
    find: 'currency: EUR',
    replace: 'currency: EUR\ncurrency: USD',
    at: 'currency: USD',
    problem: /not YAML.*unique/i,
    remedy: /doubled key/,
  },
  {
    name: 'an unknown key',
    find: '  snapshotAge: 12 hours',
    replace: '  snapshotAge: 12 hours\n  colour: 3',
    at: 'colour',
    problem: /`colour` is not known/,
    remedy: /remove it/,
  },
  {
    name: 'a misspelled key',
    find: '  snapshotAge: 12 hours',
    replace: '  snapshotAge: 12 hours\n  snapshotAges: 3',
    at: 'snapshotAges',
    problem: /`snapshotAges` is not known/,
    remedy: /did you mean `snapshotAge`/,
  },
  {
    name: 'a misspelled key inside a rule',
    find: 'severity: clamp\n    threshold: 400.00 EUR',
    replace: 'severity: clamp\n    treshold: 1.00 EUR\n    threshold: 400.00 EUR',
    at: 'treshold',
    problem: /`treshold` is not known/,
    remedy: /did you mean `threshold`/,
  },
  {
    name: 'a missing rate',
    find: '  extraShipment: 9.00 EUR\n',
    replace: '',
    at: 'costRates:',
    problem: /`extraShipment` is missing/,
    remedy: /add `extraShipment`/,
  },
  {
    name: 'a severity that is none',
    find: 'severity: clamp\n    threshold: 400.00 EUR',
    replace: 'severity: clam\n    threshold: 400.00 EUR',
    at: 'severity: clam\n',
    problem: /`clam`/,
    remedy: /did you mean `clamp`/,
  },
  {
    name: 'a kind of rule that is none',
    find: 'rule: split-limit',
    replace: 'rule: split-limits',
    at: 'rule: split-limits',
    problem: /`split-limits`/,
    remedy: /did you mean `split-limit`/,
  },
  {
    name: 'a threshold without a unit',
    find: 'threshold: 5000 km',
    replace: 'threshold: 5000',
    at: 'threshold: 5000',
    problem: /`5000`/,
    remedy: /expected string/,
  },
  {
    name: 'a threshold in another unit',
    find: 'threshold: 400.00 EUR',
    replace: 'threshold: 400 km',
    at: 'threshold: 400 km',
    problem: /km where minorUnits/,
    remedy: /`120.00 EUR`/,
  },
  {
    name: 'another currency',
    find: 'threshold: 400.00 EUR',
    replace: 'threshold: 400.00 USD',
    at: '400.00 USD',
    problem: /in USD, the policy is in EUR/,
    remedy: /120.00 EUR/,
  },
  {
    name: 'fractions of a cent',
    find: 'threshold: 400.00 EUR',
    replace: 'threshold: 400.005 EUR',
    at: '400.005',
    problem: /more decimals than EUR/,
    remedy: /120.00 EUR/,
  },
  {
    name: 'a probability above 1',
    find: 'GOLD: 0.75 probability',
    replace: 'GOLD: 75 probability',
    at: '75 probability',
    problem: /no probability/,
    remedy: /0.35 probability/,
  },
  {
    name: 'an approval that nobody gives',
    find: '    approvals:\n      - { role: logistics-manager, expires: 4 hours, hold: KEEP }\n    message: the plan empties',
    replace: '    message: the plan empties',
    at: 'severity: approve\n    threshold: 0.95',
    problem: /nobody is named to approve/,
    remedy: /add `approvals`/,
  },
  {
    name: 'a role that nobody holds',
    find: '{ upTo: 250.00 EUR, role: logistics-manager',
    replace: '{ upTo: 250.00 EUR, role: logistic-manager',
    at: 'role: logistic-manager',
    problem: /no approver holds the role/,
    remedy: /`approvers`/,
  },
  {
    name: 'a band that nobody reaches',
    find: '      - { role: finance, expires: 24 hours, hold: KEEP }\n    message: freight of the order',
    replace:
      '      - { upTo: 200.00 EUR, role: finance, expires: 24 hours, hold: KEEP }\n    message: freight of the order',
    at: 'upTo: 200.00 EUR',
    problem: /never reached/,
    remedy: /small to large/,
  },
  {
    name: 'a rule of the ERP that is approved away',
    find: 'severity: clamp\n    move: [quantity]',
    replace: 'severity: approve',
    at: 'severity: approve',
    problem: /nobody approves away/,
    remedy: /`deny`/,
  },
  {
    name: 'a rule of the ERP for some only',
    find: '    move: [quantity]',
    replace: '    scope: { tiers: [GOLD] }\n    move: [quantity]',
    at: 'scope: { tiers',
    problem: /nothing relaxes/,
    remedy: /remove `scope`/,
  },
  {
    name: 'a move that does not help',
    find: 'move: [shipments]',
    replace: 'move: [carrierService]',
    at: 'move: [carrierService]\n    relaxable: { by: logistics-manager, upTo: 4',
    problem: /does not help/,
    remedy: /shipments/,
  },
  {
    name: 'the same id twice',
    find: '- id: freight-share',
    replace: '- id: freight-ceiling',
    at: '- id: freight-ceiling\n    rule: freight-share',
    problem: /stands in this file twice/,
    remedy: /id of its own/,
  },
  {
    name: 'a field that is not in the context',
    find: 'rules:\n',
    replace: CEL('plan.fright < 400'),
    at: 'permit:',
    problem: /fright/,
    remedy: /cel-context/,
  },
  {
    name: 'a comparison of two types',
    find: 'rules:\n',
    replace: CEL('order.tier > 3'),
    at: 'permit:',
    problem: /no such overload/,
    remedy: /cel-context/,
  },
  {
    name: 'a regular expression',
    find: 'rules:\n',
    replace: CEL(`order.tier.matches("G.*")`),
    at: 'permit:',
    problem: /regular expression/,
    remedy: /startsWith/,
  },
  {
    name: 'a loop inside a loop',
    find: 'rules:\n',
    replace: CEL('shipments.all(s, lines.exists(l, l.orderedQty > s.units))'),
    at: 'permit:',
    problem: /inside another/,
    remedy: /split the rule/,
  },
  {
    name: 'a loop over a list of its own',
    find: 'rules:\n',
    replace: CEL('"[1, 2].all(x, x > 0)"'),
    at: 'permit:',
    problem: /something else than a list of the context/,
    remedy: /shipments or lines/,
  },
  {
    name: 'a condition that is a number',
    find: 'rules:\n',
    replace: CEL('plan.freight + 1'),
    at: 'permit:',
    problem: /gives int, expected bool/,
    remedy: /true where the plan is permitted/,
  },
  {
    name: 'a condition of more than 200 nodes',
    find: 'rules:\n',
    replace: CEL(Array.from({ length: 60 }, (_, n) => `plan.freight != ${n}`).join(' && ')),
    at: 'permit:',
    problem: /node/i,
    remedy: /cel-context/,
  },
  {
    name: 'two rules that leave nothing',
    find: 'rules:\n',
    replace:
      CEL('plan.freight < 1000') + CEL('plan.freight >= 1000 && order.units > 0', 'own-2').replace('rules:\n', ''),
    at: 'permit: plan.freight >=',
    problem: /`own` and this rule leave nothing/,
    remedy: /correct one/,
  },
  {
    name: 'a limit that nothing exceeds',
    find: 'threshold: 0.95 probability',
    replace: 'threshold: 1 probability',
    at: 'threshold: 1 probability',
    problem: /can never fire/,
    remedy: /lower the threshold/,
  },
  {
    name: 'a limit that everything exceeds',
    find: 'threshold: 3 shipments',
    replace: 'threshold: 0 shipments',
    at: 'threshold: 0 shipments',
    problem: /leaves no plan at all/,
    remedy: /correct the threshold/,
  },
  {
    name: 'an approval behind a ceiling',
    find: 'threshold: 150.00 EUR\n    approvals:\n      - { upTo: 250.00 EUR',
    replace: 'threshold: 450.00 EUR\n    approvals:\n      - { upTo: 550.00 EUR',
    at: 'threshold: 450.00 EUR',
    problem: /`freight-ceiling` stops everything before it/,
    remedy: /set it below/,
  },
  {
    name: 'one person alone',
    find: 'approvedBy: finance',
    replace: 'approvedBy: planning',
    at: 'approvedBy: planning',
    problem: /`planning` raised the change/,
    remedy: /somebody else/,
  },
  {
    name: 'an end before the beginning',
    find: 'owner: supply-chain\ncurrency',
    replace: 'owner: supply-chain\neffectiveFrom: 2026-06-01T00:00:00Z\neffectiveTo: 2026-05-01T00:00:00Z\ncurrency',
    at: 'effectiveTo',
    problem: /ends before it begins/,
    remedy: /after `effectiveFrom`/,
  },
];
