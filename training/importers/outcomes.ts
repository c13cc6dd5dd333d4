import { createBlobStore } from '#audit/blobs.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { createAuditLog } from '#audit/log.ts';
import type { Outcome } from '#domain/outcome.ts';
import { DomainError } from '#domain/problems.ts';
import type { Task } from '#domain/risk.ts';
import { SERVICE_FEATURE_SETS } from '#features/feature-sets.ts';
import { openStore } from '#store/open.ts';
import { outcomesOf } from '#world/outcomes.ts';
import { historyImporter } from '../simulation/history-importer.ts';
import type { Table } from '../table.ts';
import type { Importer } from './importer.ts';

const DAY_MS = 86_400_000;

/** One row of a training set: the vector that was scored, and what became of it. */
export interface OutcomeRow {
  readonly id: string;
  readonly decidedAt: number;
  readonly observedAt: number;
  readonly label: 0 | 1;
  readonly durationDays: number;
  /** The recorded vector; null is missing. */
  readonly vector: readonly (number | null)[];
}

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
export function outcomeRows(file: string, task: Task, { tenant, from, to, knownBy }: OutcomeFilter): OutcomeRow[] {
  const store = openForReading(file);
  try {
    const log = createAuditLog(store, 'training');
    const blobs = createBlobStore(store, () => 0);
    const rows: OutcomeRow[] = [];
    for (const outcome of outcomesOf(store, tenant, from, to, knownBy)) {
      const leaf = outcome.overridden ? undefined : log.leafOfDecision(outcome.decisionId);
      const record = leaf && (JSON.parse(leaf.leaf.toString('utf8')) as { evidenceSha256: string });
      const evidence = record && (blobs.readJson(tenant, record.evidenceSha256) as EvidenceV1 | undefined);
      if (evidence) rows.push(...ROWS[task](evidence, outcome));
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

function recorded({ features }: EvidenceV1, task: Task) {
  const found = features.find(({ featureSetId }) => featureSetId === SERVICE_FEATURE_SETS[task].featureSetId);
  return found ? found.subjects.map((subject, row) => ({ subject, vector: found.rows[row]! })) : [];
}

const latest = (outcome: Outcome): number => Math.max(...outcome.shipments.map(({ observedAt }) => observedAt));

const ROWS: Record<Task, (evidence: EvidenceV1, outcome: Outcome) => OutcomeRow[]> = {
  /** One row a leg that has arrived: late when after the promise, or failed. */
  delay(evidence, { decisionId, shipments }) {
    const { decidedAt, order } = evidence.request;
    const { promiseDate } = order;
    if (promiseDate === null) return [];
    return recorded(evidence, 'delay').flatMap(({ subject, vector }): OutcomeRow[] => {
      const own = shipments.filter(({ nodeId, carrierService }) => `${nodeId}/${carrierService}` === subject);
      const arrivals = own.flatMap(({ deliveredAt, failedAt }) => deliveredAt ?? failedAt ?? []);
      if (own.length === 0 || arrivals.length < own.length) return [];
      const arrivedAt = Math.max(...arrivals);
      const failed = own.some(({ deliveredAt }) => deliveredAt === null);
      return [
        {
          id: `${decisionId}/${subject}`,
          decidedAt,
          observedAt: Math.max(...own.map(({ observedAt }) => observedAt)),
          label: failed || arrivedAt > promiseDate ? 1 : 0,
          durationDays: Math.max(1e-3, (arrivedAt - decidedAt) / DAY_MS),
          vector,
        },
      ];
    });
  },

  /** One row a decision: did it end in more shipments than planned. */
  split(evidence, outcome) {
    return recorded(evidence, 'split').map(({ vector }) => ({
      id: outcome.decisionId,
      decidedAt: evidence.request.decidedAt,
      observedAt: latest(outcome),
      label: outcome.shipments.length > outcome.plannedShipments ? 1 : 0,
      durationDays: Number.NaN,
      vector,
    }));
  },

  /**
   * One row a position of the plan: was it short when it was picked. Units are short by order, so a short order with
   * several positions does not say which one it was, and is left out.
   */
  stockout(evidence, outcome) {
    const positions = recorded(evidence, 'stockout');
    if (outcome.shortUnits > 0 && positions.length > 1) return [];
    return positions.map(({ subject, vector }) => ({
      id: `${outcome.decisionId}/${subject}`,
      decidedAt: evidence.request.decidedAt,
      observedAt: latest(outcome),
      label: outcome.shortUnits > 0 ? 1 : 0,
      durationDays: Number.NaN,
      vector,
    }));
  },
};

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

function tableOf(rows: readonly OutcomeRow[], task: Task, files: readonly string[]): Table {
  const numbers = (of: (row: OutcomeRow) => number): Float64Array => Float64Array.from(rows, of);
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
