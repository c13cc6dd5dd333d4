import { parseArgs } from 'node:util';
import type { EvidenceV1 } from '#audit/evidence.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';
import { formatMoney } from '#domain/money.ts';
import { DomainError } from '#domain/problems.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { resolvePolicy } from '#policies/load.ts';
import type { Policy } from '#policies/policy.ts';
import { DEFAULT_DATA_FOLDER } from '#src/config.ts';
import { addDecision, type ImpactTotals, impactOf, noTotals, type PolicyChange } from '#src/decide/policy-impact.ts';
import { type Command, EXIT } from './command.ts';
import { instantOption } from './instant-option.ts';
import { readStack } from './policy-files.ts';
import { openRecorded } from './recorded-inputs.ts';
import { recordedModels } from './recorded-models.ts';
import { table } from './table.ts';

export interface PolicyReplay {
  readonly changes: readonly PolicyChange[];
  readonly before: ImpactTotals;
  readonly after: ImpactTotals;
  /** Decisions whose evidence retention has removed. */
  readonly expired: number;
}

/** Decides what was recorded from `from` up to `to` again under a policy. Reads only. */
export function replayUnder(inputs: ReplayInputs, policy: Policy, from = -Infinity, to = Infinity): PolicyReplay {
  const modelsOf = recordedModels(inputs);
  const changes: PolicyChange[] = [];
  const [before, after] = [noTotals(), noTotals()];
  let expired = 0;
  for (const record of inputs.records()) {
    const at = Date.parse(record.ts);
    if (at < from || at >= to) continue;
    const evidence = inputs.evidence(record.tenant, record.evidenceSha256) as EvidenceV1 | undefined;
    const snapshot = inputs.snapshot(record.tenant, record.input.snapshotSha256) as Snapshot | undefined;
    if (!evidence || !snapshot) {
      expired++;
      continue;
    }
    const { decision, change } = impactOf(evidence, snapshot, modelsOf(evidence.offeredModels), policy);
    const ordered = evidence.request.order.lines.reduce((sum, { orderedQty }) => sum + orderedQty, 0);
    addDecision(before, evidence.decision, ordered);
    addDecision(after, decision, ordered);
    if (change) changes.push(change);
  }
  return { changes, before, after, expired };
}

function totalsTable({ before, after }: PolicyReplay, { currency }: Policy): string {
  const percent = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)}%`);
  const rows: [string, (totals: ImpactTotals) => string][] = [
    ['orders', ({ orders }) => String(orders)],
    ['with a plan', ({ sourced }) => String(sourced)],
    ['fillRate', ({ shippedUnits, orderedUnits }) => percent(shippedUnits, orderedUnits)],
    ['shipments', ({ shipments }) => String(shipments)],
    ['freight', ({ freight }) => formatMoney(freight, currency)],
    ['costToServe', ({ costToServe }) => formatMoney(costToServe, currency)],
    ['clamped', ({ clamped }) => String(clamped)],
    ['exceptions', ({ exceptions }) => String(exceptions)],
    ['approvals asked', ({ approvals }) => String(approvals)],
  ];
  return table(
    ['', 'recorded', 'under the draft'],
    rows.map(([name, of]) => [name, of(before), of(after)]),
  );
}

export const policyReplay: Command = {
  summary: 'decide history again under a draft: which decisions change, KPIs, approvals it would have asked for',
  usage: `fairlead policy replay --policy <file[,file]> [--from <time>] [--to <time>]
      [--data <folder> | --from-export <folder>] [--limit <n>] [--json]
  --limit  changed decisions to print @default 20
  nothing is held, logged or changed; exit 1 when a decision would have come out differently`,
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        policy: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        data: { type: 'string', default: process.env['FAIRLEAD_HOME'] ?? DEFAULT_DATA_FOLDER },
        'from-export': { type: 'string' },
        limit: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.policy === undefined) throw new DomainError('usage', policyReplay.usage);
    const policy = resolvePolicy(readStack(values.policy));
    const { inputs, close } = await openRecorded(values.data, values['from-export']);
    try {
      const result = replayUnder(
        inputs,
        policy,
        instantOption('--from', values.from),
        instantOption('--to', values.to),
      );
      const { changes, before, expired } = result;
      if (values.json) terminal.out(`${JSON.stringify({ policyRevision: policy.policyRevision, ...result })}\n`);
      else {
        for (const { orderId, from, to, rules } of changes.slice(0, Number(values.limit))) {
          const said = ({ status, candidateId, approvals }: typeof from): string =>
            `${status} ${candidateId ?? 'no plan'}${approvals.length > 0 ? ` (${approvals.join(', ')})` : ''}`;
          terminal.out(`${orderId}: ${said(from)}\n  becomes ${said(to)}; ${rules.join(', ')}\n`);
        }
        terminal.out(totalsTable(result, policy));
        terminal.out(
          `${changes.length} of ${before.orders} decisions change${expired > 0 ? `; ${expired} with expired evidence left out` : ''}\n`,
        );
      }
      return changes.length > 0 ? EXIT.negative : EXIT.ok;
    } finally {
      close();
    }
  },
};
