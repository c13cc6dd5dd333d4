import { z } from 'zod';
import { PLAN_NAMES } from '#explanation/catalogue/catalogue.ts';
import { ABSTENTIONS } from '#explanation/grammar/understand.ts';

const zone = z.string().refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  },
  { error: 'an IANA time zone' },
);
const parameters = z.record(z.string(), z.unknown());

export const questionBody = z
  .strictObject({
    question: z.string().min(1).max(2000).optional().describe('in the words of a planner'),
    plan: z.enum(PLAN_NAMES).optional().describe('instead of a question: a plan of the catalogue'),
    parameters: parameters.optional().describe('of the plan, as the catalogue describes them'),
    previous: z
      .strictObject({ plan: z.enum(PLAN_NAMES), parameters })
      .optional()
      .describe('plan and parameters of the answer before, for a follow-up'),
    zone: zone
      .optional()
      .describe('where it is asked, for words such as `yesterday` and for the times shown; default: of the service'),
  })
  .superRefine(({ question, plan, ...rest }, context) => {
    const wrong = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if ((question === undefined) === (plan === undefined)) wrong('question', 'either `question` or `plan`');
    else if (plan === undefined && rest.parameters !== undefined) wrong('parameters', 'none beside `question`');
    else if (question === undefined && rest.previous !== undefined) wrong('previous', 'none beside `plan`');
  });

const slot = z.object({ value: z.union([z.string(), z.number(), z.null()]), shown: z.string() });
const cite = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('leaf'),
    ref: z.string().describe('`origin#index`'),
    decisionId: z.string().nullable(),
    receipt: z.string().nullable().describe('path of its proof'),
  }),
  z.object({
    kind: z.literal('query'),
    sha256: z.string(),
    log: z.array(z.string()).describe('how far each log reached'),
    rows: z.int(),
  }),
]);
const told = {
  frontEnd: z.enum(['grammar', 'llm']),
  degraded: z.boolean().describe('a language model was wanted and the template answered instead'),
  log: z
    .object({ origin: z.string(), index: z.int(), receipt: z.string().describe('path of the proof') })
    .describe('where the answered question itself stands in the log'),
};
const answer = z.object({
  kind: z.literal('answer'),
  plan: z.enum(PLAN_NAMES),
  parameters,
  text: z.string(),
  sentences: z.array(z.object({ text: z.string(), cites: z.array(z.int()).describe('numbers of citations, from 1') })),
  figures: z.record(z.string(), slot).describe('what each sentence shows, by `sentence.slot`'),
  table: z
    .object({
      columns: z.array(z.object({ name: z.string(), unit: z.string().nullable() })),
      rows: z.array(z.array(slot)),
    })
    .nullable(),
  plot: z
    .object({
      kind: z.enum(['bar', 'line']),
      x: z.string(),
      y: z.array(z.string()),
      panel: z.string().optional(),
      vegaLite: z.record(z.string(), z.unknown()).describe('a Vega-Lite 6 specification with cells of the table'),
    })
    .nullable(),
  citations: z.array(cite),
  notes: z.array(z.string()),
  ...told,
});
const abstention = z.object({
  kind: z.literal('abstention'),
  abstain: z.enum(ABSTENTIONS),
  message: z.string(),
  choices: z.array(z.object({ plan: z.enum(PLAN_NAMES), parameters, answers: z.string() })),
  ...told,
});
export const replySchema = z.discriminatedUnion('kind', [answer, abstention]);

export const catalogueSchema = z.object({
  plans: z.array(
    z.object({
      plan: z.enum(PLAN_NAMES),
      answers: z.string(),
      parameters: z.record(z.string(), z.unknown()).describe('a JSON Schema'),
      rowCap: z.int(),
      examples: z.array(z.string()),
    }),
  ),
});
