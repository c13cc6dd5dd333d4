import { type Comparison, DECIDERS, type GroupResult, type LevelResult, RETRAIN_DAYS } from './compare.ts';
import { LEDGER_RATES } from './ledger.ts';
import { SCARCITY } from './network.ts';
import type { Interval } from './statistics.ts';

const money = (centavos: number): string => (centavos / 100).toFixed(2);
const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** What a person reads: rates first, then each level with every decider, the difference and its interval. */
export function comparisonText({ nodes, earlier, later, seeds, cut, levels }: Comparison): string {
  const { perShipment, perLine, extraShipment, lateOrder, shortLine, shortShareOfValue } = LEDGER_RATES;
  return [
    `Trained on ${earlier} real orders before ${new Date(cut).toISOString().slice(0, 10)}; ${later} later ones decided, in time order, under ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}.`,
    `The delay model is trained again every ${RETRAIN_DAYS} days on what is known by then and promoted into the running service.`,
    `Nodes: ${nodes.join(', ')}.`,
    'Ledger, the same for all (BRL): freight as the later orders’ real freight says, ' +
      `handling ${money(perShipment)} a shipment and ${money(perLine)} a line, ${money(extraShipment)} for each shipment beyond the first, ` +
      `${money(lateOrder)} for a late order, ${money(shortLine)} and ${percent(shortShareOfValue)} of the value for a short line.`,
    '',
    ...levels.flatMap(levelText),
  ].join('\n');
}

/** The same as a page, with the command that wrote it. */
export function resultsPage(options: string, text: string): string {
  return `# Real orders: the service and three rules of today

Written by \`fairlead simulate olist ${options} --out <file>\`; what is real and what is assumed: [the simulator](../simulator.md#real-orders).

\`\`\`
${text.trimEnd()}
\`\`\`
`;
}

function levelText(level: LevelResult): string[] {
  const { cover, replaceDays } = SCARCITY[level.scarcity];
  return [
    `Scarcity ${level.scarcity}: stock for ${percent(cover)} of the coming demand, a sold unit replaced after ${replaceDays} days.`,
    `${percent(level.choiceShare)} of the orders had at least two feasible plans under every decider.`,
    ...groupText('orders with at least two feasible plans', level.choice),
    ...groupText('all orders', level.all),
    '',
  ];
}

function groupText(name: string, { by, bestRule, difference, fullestRule, fillDifference }: GroupResult): string[] {
  const header = ['', 'orders', 'fill rate', 'cost', 'freight', 'handling', 'extra', 'late', 'short', 'late share'];
  const rows = DECIDERS.map((decider) => {
    const totals = by[decider];
    return [
      decider,
      String(totals.orders),
      percent(totals.fillRate),
      ...[totals.cost, totals.freight, totals.handling, totals.extraShipments, totals.lateness, totals.shortLines].map(
        money,
      ),
      percent(totals.lateShare),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')}`;
  return [
    ` ${name}, per order:`,
    line(header),
    ...rows.map(line),
    `  cost of the service less ${bestRule}’s, the best rule: ${between(difference, money)}: ${verdict(difference)} it`,
    `  fill rate of the service less ${fullestRule}’s, the fullest rule: ${between(fillDifference, percent)}: ${verdict(fillDifference)} it`,
  ];
}

const between = ({ mean, low, high }: Interval, text: (value: number) => string): string =>
  `${text(mean)} [${text(low)}, ${text(high)}] (95%, orders resampled)`;
const verdict = ({ low, high }: Interval): string => (high < 0 ? 'below' : low > 0 ? 'above' : 'not told apart from');
