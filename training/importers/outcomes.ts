import { createBlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { createAuditLog } from '#audit/log.ts';
import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { type LabelledRow, labelledRows } from '#features/labels.ts';
import { openStore } from '#store/open.ts';
import { outcomesOf } from '#world/outcomes.ts';
import { historyImporter } from '../simulation/history-importer.ts';
import type { Table } from '../table.ts';
import type { Importer } from './importer.ts';

export interface OutcomeFilter {
  readonly tenant: string;
  /** Decisions made in [from, to), as known at `knownBy`, epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly knownBy: number;
}

export const ALL_OUTCOMES: Omit<OutcomeFilter, 'tenant'> = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  knownBy: Number.MAX_SAFE_INTEGER,
};

/**
 * The rows of a task out of a service's store: the feature vectors recorded with each decision, labelled by what its
 * shipments did. Decisions that were overridden say nothing of the plan and are left out, and so are those whose
 * evidence was removed.
 */
export function outcomeRows(file: string, task: Task, { tenant, from, to, knownBy }: OutcomeFilter): LabelledRow[] {
  const store = openForReading(file);
  try {
    const log = createAuditLog(store, 'training');
    const blobs = createBlobStore(store, () => 0);
    const rows: LabelledRow[] = [];
    for (const outcome of outcomesOf(store, tenant, from, to, knownBy)) {
      const leaf = outcome.overridden ? undefined : log.leafOfDecision(outcome.decisionId);
      const record = leaf && (JSON.parse(leaf.leaf.toString('utf8')) as { evidenceSha256: string });
      const evidence = record && (blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined);
      if (!evidence) continue;
      const { decidedAt, order } = evidence.request;
      const { decisionId } = outcome;
      const decision = { decisionId, decidedAt, promiseDate: order.promiseDate, features: evidence.features };
      rows.push(...labelledRows(task, decision, outcome));
    }
    return rows.sort((a, b) => a.decidedAt - b.decidedAt || (a.id < b.id ? -1 : 1));
  } finally {
    store.close();
  }
}

function openForReading(file: string) {
  try {
    return openStore({ file, migrationsFolder: '', readOnly: true });
  } catch (cause) {
    throw new DomainError('invalid-data', `store \`${file}\` cannot be opened`, { file }, cause);
  }
}

/** A service's own decisions and their outcomes: `--data` is its store file. */
export function outcomesImporter(task: Task, tenant: string): Importer {
  const name = `outcomes-${task}`;
  const history = historyImporter(task);
  return {
    ...history,
    name,
    async read(files) {
      const rows = files.flatMap((file) => outcomeRows(file, task, { tenant, ...ALL_OUTCOMES }));
      if (rows.length === 0)
        throw new DomainError('invalid-data', `\`${files.join(', ')}\`: 0 rows of ${task} for tenant \`${tenant}\``, {
          rows: 0,
        });
      return tableOf(rows, task, files);
    },
    learn: () => ({ v: 1, importer: name, categories: {}, averages: {} }),
  };
}

function tableOf(rows: readonly LabelledRow[], task: Task, files: readonly string[]): Table {
  const numbers = (of: (row: LabelledRow) => number): Float64Array => Float64Array.from(rows, of);
  const columns = new Map<string, Float64Array | readonly string[]>([
    ['id', rows.map(({ id }) => id)],
    ['decidedAt', numbers(({ decidedAt }) => decidedAt)],
    ['observedAt', numbers(({ observedAt }) => observedAt)],
    ['label', numbers(({ label }) => label)],
  ]);
  if (task === 'delay')
    columns.set(
      'durationDays',
      numbers(({ durationDays }) => durationDays),
    );
  SERVICE_FEATURE_SETS[task].features.forEach(({ name, categories }, f) => {
    const values = rows.map(({ vector }) => vector[f] ?? Number.NaN);
    columns.set(name, categories ? values.map((code) => categories[code] ?? '') : Float64Array.from(values));
  });
  return { rows: rows.length, columns, sources: [{ file: files.join(', '), first: 0 }] };
}
