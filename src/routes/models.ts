import { z } from 'zod';
import { TASKS, type Task } from '#domain/risk.ts';
import { DRIFT_STATES } from '#domain/snapshot.ts';
import type { Api } from './operation.ts';

const task = z.object({
  task: z.enum(TASKS),
  champion: z.string().nullable().describe('The version that scores; null: rules decide alone'),
  challenger: z.string().nullable().describe('Scores in shadow; nothing of it is in a decision'),
  previous: z.string().nullable().describe('What a rollback goes back to'),
  drift: z.object({
    state: z.enum(DRIFT_STATES),
    rows: z.int().describe('Rows of the last full window; 0 until one was full'),
    shifts: z.array(z.object({ name: z.string(), psi: z.number(), threshold: z.number() })),
    psiMax: z.number().nullable(),
    outcomes: z.int().describe('Known outcomes since the service started'),
    errorAlarm: z.boolean().describe('The errors on known outcomes rose beyond what the reference allows'),
  }),
  estimated: z
    .object({ rate: z.number(), brier: z.number(), logLoss: z.number(), rocAuc: z.number().nullable() })
    .nullable()
    .describe('What the scores of the last full window promise of themselves, without outcomes'),
  shadow: z
    .object({
      modelVersion: z.string(),
      rows: z.int(),
      meanDifference: z.number().nullable().describe('Mean absolute difference of the two probabilities'),
      flips: z.int().describe('Rows on which only one of the two is at or above 0.5'),
      outcomes: z.int(),
      logLossGain: z.number().nullable().describe("The champion's log loss less the challenger's, an outcome"),
      interval: z.array(z.number()).nullable().describe('Of the gain, 95%'),
    })
    .nullable(),
});

/** How the models of one task do on the orders of one tenant. */
export type ModelView = z.infer<typeof task>;

export interface ModelDeps {
  readonly models: (tenant: string, task: Task) => ModelView;
}

export function modelRoutes(api: Api, { models }: ModelDeps): void {
  api.on(
    {
      method: 'get',
      path: '/v1/models',
      tag: 'models',
      summary: 'Champion, challenger and drift of each task',
      roles: ['data', 'planner', 'auditor'],
      answer: {
        status: 200,
        description: 'One row a task',
        schema: z.object({ models: z.array(task) }),
      },
    },
    (c, { principal }) => c.json({ models: TASKS.map((name) => models(principal.tenant, name)) }),
  );
}
