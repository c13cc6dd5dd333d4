import { z } from 'zod';
import { LEXICON } from '#explanation/grammar/lexicon.ts';
import { METRIC_WORDS } from '#explanation/grammar/metrics.ts';
import { CATALOGUE } from './catalogue.ts';
import { filters } from './parameters.ts';
import type { Plan } from './plan.ts';

interface Property {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Property;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const SHARED = Object.keys(filters);

function typeOf(property: Property): string {
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(' ');
  if (property.type === 'array')
    return `list of ${property.minItems} to ${property.maxItems} × ${typeOf(property.items ?? {})}`;
  if (property.format === 'date-time') return 'RFC 3339, UTC';
  if (property.minimum !== undefined) return `${property.type}, ${property.minimum} to ${property.maximum}`;
  return property.type ?? 'any';
}

function parametersOf(plan: Plan): string[] {
  const schema = z.toJSONSchema(plan.parameters, { io: 'input' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const names = Object.keys(schema.properties ?? {});
  const all = SHARED.every((name) => names.includes(name));
  const rows = names
    .filter((name) => !all || !SHARED.includes(name))
    .map((name) => {
      const property = schema.properties?.[name] ?? {};
      const need = schema.required?.includes(name) ? 'required' : 'optional';
      const preset = property.default === undefined ? '' : `, default \`${property.default}\``;
      return `| \`${name}\` | ${typeOf(property)} | ${need}${preset} | ${property.description ?? ''} |`;
    });
  const table = rows.length > 0 ? ['| parameter | type | | meaning |', '|---|---|---|---|', ...rows] : [];
  return [...table, ...(all ? ['', `and the common filters: ${SHARED.map((name) => `\`${name}\``).join(', ')}`] : [])];
}

const INTRODUCTION = `# Questions

Generated from the catalogue (\`npm run questions:docs\`); a test keeps the two equal.

A question becomes one plan of this catalogue with typed parameters, or an abstention. Every plan only reads. Ask with
\`fairlead ask "..."\`, \`POST /v1/questions\` or as a tool over \`fairlead mcp\`; \`fairlead ask --plan-only --json "..."\` prints
the plan and asks nothing:

\`\`\`json
{"plan":"why-split","parameters":{"orderId":"DEMO-0042"}}
{"abstain":"no_data","message":"...","choices":[]}
\`\`\`

## Who is asked, and what is logged

An answer of the service is a leaf of its log: \`log\` says which, with the path of its receipt, and the roles are those of the key.
\`fairlead ask\` and \`fairlead mcp\` ask the service at \`--url\` (\`FAIRLEAD_URL\`) with \`--key\` (\`FAIRLEAD_KEY\`); without a URL, where there
is a key, the service that runs on the data folder; else they read the database and say \`not logged\`, with \`"log": null\` in JSON.

\`GET /v1/questions\` lists the plans that a key may ask. \`POST /v1/questions\` takes \`question\`, with \`previous\` for a follow-up, or \`plan\`
and \`parameters\`. To \`Accept: text/event-stream\` it tells \`plan\` once it is understood, \`rows\` (table, plot, citations), each \`sentence\`
once it is checked, and \`done\`, the whole reply, or \`problem\`. Where a language model words the answer, \`rows\` come before it is asked and
comments keep the stream alive; a caller who leaves ends its work, and what was told by then is logged.

Times are shown in the zone of the question with their offset from UTC: \`zone\` or \`--zone\`, else \`FAIRLEAD_ZONE\`, else the machine's for a
command and UTC for the service. Days, weeks and months of groups are UTC, as in the KPIs.

\`plot\` names columns of the table and holds a [Vega-Lite](https://vega.github.io/vega-lite/) specification made of their cells; a terminal
draws it as bars. It is null for fewer than two figures.

## How parameters are read

- A parameter that the question does not name is absent. None is guessed; without \`from\` and \`to\` all that is recorded counts.
- Identifiers are written as the database has them, however the question wrote them: \`rotterdam\`, \`DC Rotterdam\` and
  \`dc-roterdam\` are one node, \`order 42\` and \`#42\` one order. A slip is forgiven in a name, never in a number.
- \`from\` counts, \`to\` does not; both are UTC instants of local midnights in the zone of the question. Calendar words give the
  whole calendar period: \`today\`, \`this week\` (Monday to Monday), \`last month\`, \`Q3\` (the latest that has begun), \`October\`,
  \`week 46\`, \`on 3 March\`, \`2026-11-03\`. \`past 7 days\` ends at the moment of asking and begins 7 x 24 hours before; \`month to
  date\` and \`since Monday\` end at the moment of asking; a weekday is the latest one, today counting; \`morning\` is 6 to 12,
  \`afternoon\` 12 to 18, \`evening\` 18 to 24; \`between A and B\` includes all of B; days before months in \`3/11/2026\`.
- \`premium\` and \`VIP\` customers are tier \`PLATINUM\`.
- A follow-up (\`and for Lyon?\`, \`only gold\`, \`same for last month\`) keeps the plan before and replaces what it names.

## Abstentions

| | when |
|---|---|
| \`no_data\` | the question is understood, but what it names is unknown or its period has no records |
| \`ambiguous\` | two or three readings are as likely, or it needs an order and names none; \`choices\` has the readings |
| \`out_of_scope\` | nothing in the catalogue: small talk, forecasts of demand, the world outside, and every request to do something (\`cancel\`, \`approve\`, \`move\`, \`set\`): questions only read |
| \`not_permitted\` | personal data and secrets, or a plan that none of the asker's roles may ask |

Instructions inside quotes, notes, names or markup are never read as part of the question. A period is without records where it
ends before the log began or begins after the moment of asking; a log younger than 90 days may be asked about the 90 days before
its end, and the answer itself finds nothing there.

## Where two plans are near

| asked | plan |
|---|---|
| where, when, with whom, what was decided | \`show-order\` |
| what has happened so far; was it shipped, delivered, approved, overridden, and by whom | \`order-history\` |
| will it be late, why is it late, how sure are we | \`order-risk\` |
| why is it held, short, not sourced or waiting for approval | \`why-blocked\` |
| why this node, rather than another that is not named; with the other named | \`why-order\`; \`why-not\` |
| why this carrier or service | \`why-carrier\` |
| a number of orders with something in common, whatever it is (late, split, pending approval, exception) | \`count-orders\` |
| a number of late deliveries, or late by lane, carrier, node | \`late-deliveries\` |
| a share, rate or average that has a KPI's name | \`kpi\` |
| two named nodes, carriers or periods set against each other | \`compare-nodes\`, \`compare-carriers\`, \`compare-periods\` |
| how old exceptions are, or past due; which there are | \`exceptions-aging\`; \`list-exceptions\` |
| how often a rule spoke; what it says; who changed it | \`rule-activity\`; \`policy-rules\`; \`policy-changes\` |

Which plan is meant is weighed by words, their neighbours and the concepts below, learnt from example questions
(\`npm run questions:train\`); identifiers, dates and every parameter are read by rules.

## Common filters

| parameter | meaning |
|---|---|
`;

/** docs/questions.md. */
export function questionsDocument(): string {
  const shared = z.toJSONSchema(z.object(filters), { io: 'input' }) as { properties: Record<string, Property> };
  const lines = SHARED.map((name) => {
    const property = shared.properties[name] ?? {};
    return `| \`${name}\` | ${property.description ?? ''}${property.enum ? `: ${typeOf(property)}` : ''} |`;
  });
  const plans = CATALOGUE.flatMap((plan) => [
    `### ${plan.name}`,
    '',
    `${plan.answers} At most ${plan.rowCap} rows. ${plan.plots ? `Plot: ${plan.plots}. ` : ''}Roles: ${plan.roles.join(', ')}.`,
    '',
    ...parametersOf(plan),
    '',
    ...plan.examples.map((example) => `- ${example}`),
    '',
  ]);
  const words = [
    ...Object.entries(METRIC_WORDS).map(([metric, texts]) => `- **\`${metric}\`**: ${texts.join(', ')}`),
    ...Object.entries(LEXICON).map(
      ([concept, texts]) => `- **${concept.toLowerCase().replaceAll('_', ' ')}**: ${texts.join(', ')}`,
    ),
  ];
  const index = CATALOGUE.map((plan) => `| [\`${plan.name}\`](#${plan.name}) | ${plan.answers} |`);
  return [
    `${INTRODUCTION}${lines.join('\n')}`,
    '',
    '## Plans',
    '',
    '| plan | answers |',
    '|---|---|',
    ...index,
    '',
    ...plans,
    '## Words that are understood',
    '',
    'Endings, spelling (British or American) and small slips do not matter.',
    '',
    ...words,
    '',
  ].join('\n');
}
