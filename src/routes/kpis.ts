import { z } from 'zod';
import { DAY_MS, toRfc3339 } from '#domain/time.ts';
import { KPI_IDS, type KpiId, type KpiQuery, type KpiRow } from '#kpis/measure.ts';
import { GROUPINGS } from '#kpis/sources.ts';
import { refusal } from '#src/wire/field-problems.ts';
import { fields, instant, oneOf } from '#src/wire/fields.ts';
import type { Api } from './operation.ts';

/** A year and a day: what a comparison with the year before needs. */
const MOST_DAYS = 367;
const DAYS_BY_DEFAULT = 28;

const query = fields({
  /** One KPI. Absent: all. */
  kpi: oneOf(KPI_IDS).optional(),
  by: oneOf(GROUPINGS).optional(),
  /** Absent: 28 days before `to`. */
  from: instant.optional(),
  /** Absent: now. */
  to: instant.optional(),
});

const row = z.object({
  id: z.enum(KPI_IDS),
  unit: z.string(),
  group: z.string(),
  currency: z.string().nullable(),
  value: z.number().nullable(),
  rows: z.int().describe('Orders, shipments or exceptions it is about'),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
});

export interface KpiDeps {
  /** KPIs over the window, by group; all of them unless some are named. */
  readonly measure: (tenant: string, query: KpiQuery, ids?: readonly KpiId[]) => Promise<readonly KpiRow[]>;
  readonly now: () => number;
}

export function kpiRoutes(api: Api, { measure, now }: KpiDeps): void {
  api.on(
    {
      method: 'get',
      path: '/v1/kpis',
      tag: 'kpis',
      summary: 'KPIs over a window, by day, node, carrier, tier or channel',
      roles: ['orchestrator', 'planner', 'approver', 'data', 'auditor'],
      query,
      answer: {
        status: 200,
        description: 'One row for each KPI and group that has cases',
        schema: z.object({ from: z.iso.datetime(), to: z.iso.datetime(), kpis: z.array(row) }),
      },
    },
    async (c, { query: asked, principal }) => {
      const to = asked.to ?? now();
      const from = asked.from ?? to - DAYS_BY_DEFAULT * DAY_MS;
      if (!(from < to && to - from <= MOST_DAYS * DAY_MS))
        throw refusal('invalid-request', [
          {
            path: '/from',
            found: `\`${toRfc3339(from)}\``,
            expected: `a moment before ${toRfc3339(to)} by at most ${MOST_DAYS} days`,
          },
        ]);
      const ids = asked.kpi === undefined ? undefined : [asked.kpi];
      const kpis = await measure(principal.tenant, { from, to, by: asked.by ?? null, now: now() }, ids);
      return c.json({ from: toRfc3339(from), to: toRfc3339(to), kpis });
    },
  );
}
