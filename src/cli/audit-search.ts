import { parseArgs } from 'node:util';
import { createBlobStore } from '#audit/blobs.ts';
import { createLogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import type { DecisionFilter, DecisionRow } from '#routes/decisions.ts';
import { createDecisionReader } from '#src/server/decision-reader.ts';
import { dataOption, openAuditData, tenantOf } from './audit-data.ts';
import { type Command, EXIT } from './command.ts';
import { table } from './table.ts';

/** Option of the command, and the filter it sets. */
const FILTERS = {
  order: 'orderId',
  customer: 'customerId',
  item: 'itemId',
  node: 'nodeId',
  carrier: 'carrier',
  reason: 'reasonCode',
  rule: 'ruleId',
  model: 'modelVersion',
  status: 'status',
  mode: 'mode',
  from: 'from',
  to: 'to',
} as const satisfies Record<string, keyof DecisionFilter>;
type FilterName = keyof typeof FILTERS;

function filterOf(values: Readonly<Record<string, unknown>>): DecisionFilter {
  const set: Record<string, unknown> = {};
  for (const [option, name] of Object.entries(FILTERS)) {
    const value = values[option];
    if (typeof value !== 'string') continue;
    const isTime = name === 'from' || name === 'to';
    set[name] = isTime ? Date.parse(value) : value;
    if (Number.isNaN(set[name]))
      throw new DomainError('usage', `--${option}: found \`${value}\`, expected an RFC 3339 time`);
  }
  return set as DecisionFilter;
}

export const auditSearch: Command = {
  summary: 'find decisions by order, item, node, carrier, reason, rule, model, status and time',
  usage: `fairlead audit search [${Object.keys(FILTERS)
    .map((name) => `--${name} <${name === 'from' || name === 'to' ? 'time' : name}>`)
    .join('] [')}]
  [--tenant <tenant>] [--limit <n>] [--data <folder>] [--json]
  Newest first; every filter that is named must fit. Each row names its leaf as origin#index.`,
  run: async (args, terminal) => {
    const text = { type: 'string' } as const;
    const filters = Object.fromEntries(Object.keys(FILTERS).map((name) => [name, text])) as Record<
      FilterName,
      typeof text
    >;
    const options = {
      ...dataOption,
      ...filters,
      tenant: text,
      limit: { type: 'string', default: '50' },
      json: { type: 'boolean', default: false },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1)
      throw new DomainError('usage', `--limit: found \`${values.limit}\`, expected a whole number from 1`);
    const { store, log } = openAuditData(values.data);
    try {
      const reader = createDecisionReader({
        store,
        log,
        served: createLogReader(store, log),
        blobs: createBlobStore(store, Date.now),
        holdsOf: () => [],
      });
      const rows: DecisionRow[] = [];
      let next: string | null = null;
      do {
        const page = await reader.list(tenantOf(log, values.tenant), filterOf(values), limit - rows.length, next);
        rows.push(...page.rows);
        next = page.next;
      } while (next !== null && rows.length < limit);
      if (values.json) for (const row of rows) terminal.out(`${JSON.stringify(row)}\n`);
      else {
        const head = ['decision', 'order', 'decided', 'mode', 'status', 'nodes', 'reasons', 'leaf'];
        terminal.out(
          table(
            head,
            rows.map((row) => [
              row.decisionId,
              row.orderId,
              row.decidedAt,
              row.mode,
              row.status,
              row.nodeIds.join(' '),
              row.reasonCodes.join(' '),
              `${row.log.origin}#${row.log.index}`,
            ]),
          ),
        );
      }
      return rows.length ? EXIT.ok : EXIT.negative;
    } finally {
      store.close();
    }
  },
};
