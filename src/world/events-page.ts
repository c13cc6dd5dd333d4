import { z } from 'zod';
import { EVENT_DATA, EVENT_TYPES } from './event-data.ts';
import { MAX_BATCH_EVENTS, MAX_CLOCK_LEAD_MS } from './events.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
  readonly description?: string;
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeOf({ ...schema, type })).join(' or ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'values'}`;
  if (schema.type === 'object') {
    if (typeof schema.additionalProperties === 'object')
      return `object of date: ${typeOf(schema.additionalProperties)}`;
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
      const optional = !schema.required?.includes(name) || field.default !== undefined;
      return `${name}${optional ? '?' : ''}: ${typeOf(field)}`;
    });
    return `{ ${fields.join('; ')} }`;
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const kind = schema.type === 'integer' ? 'whole number' : 'number';
    return schema.minimum === undefined ? kind : `${kind} ${schema.minimum} to ${schema.maximum}`;
  }
  if (schema.format === 'date-time') return 'RFC 3339 moment';
  if (schema.format === 'date') return 'date';
  return schema.type === 'string' ? 'text' : String(schema.type);
}

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return required ? 'required' : 'may be left out';
}

function rowsOf(schema: JsonSchema): string[] {
  const variants = schema.anyOf ?? [schema];
  return variants.flatMap((variant) =>
    Object.entries(variant.properties ?? {}).map(([name, field]) => {
      const required = variants.length === 1 && (variant.required?.includes(name) ?? false);
      const cells = [`\`${name}\``, typeOf(field), defaultOf(field, required), field.description ?? ''];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
  );
}

function sectionOf(type: (typeof EVENT_TYPES)[number]): string {
  const schema = z.toJSONSchema(EVENT_DATA[type], { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const lead = schema.description ? [`${schema.description[0]!.toUpperCase()}${schema.description.slice(1)}.`, ''] : [];
  const head = ['| field | what | default | note |', '|---|---|---|---|'];
  return [`## \`${type}\``, '', ...lead, ...head, ...rowsOf(schema), ''].join('\n');
}

const LEAD = `# Events

What the service knows, it knows from events: \`POST /v1/events\` takes one CloudEvents 1.0 event in structured JSON
(\`application/cloudevents+json\`) or an array of 1 to ${MAX_BATCH_EVENTS} (\`application/cloudevents-batch+json\`).
The key needs the role orchestrator or data. This page is written from the schemas by \`npm run docs\`.

\`\`\`json
{"specversion":"1.0","id":"4711","source":"/erp/stock","type":"fairlead.supply.position","time":"2026-03-02T08:00:00Z",
 "data":{"nodeId":"DC-EAST","itemId":"SKU-1","onHand":120,"allocated":15,"safetyStock":10}}
\`\`\`

- \`time\` is the moment at which the data was true; it may be at most ${MAX_CLOCK_LEAD_MS / 60_000} minutes ahead of the service's clock. When it
  arrived is kept beside it.
- The answer, 202, counts: \`accepted\` events are stored; \`duplicates\` were known already; \`stale\` are those of the accepted that changed
  nothing, because something newer stands, or because a confirmation or release found no hold to change. A
  confirmation that is stale when it should not be names another decision than the one that holds: see \`GET /v1/decisions/{id}/state\`.
- An event is taken once for each \`source\` and \`id\`: send it again after a failure without fear.
- Order of arrival does not matter. Fields that belong together (a position, a calendar, a rate) form a group, and of each
  group the event with the newest \`time\` stands; with equal times the greater \`id\`.
- One wrong event refuses the whole body, and the answer names each wrong field: path, found, expected. A field that is not
  listed here is refused, so that nothing personal is stored by accident.
- Identifiers are the ERP's own, 1 to 100 characters. Money is a whole number of minor units of \`currency\`. Quantities are
  whole units. Weekdays are ISO: 1 is Monday.
- Demand, picks and receipts of the last weeks are sent with the supply position: the ERP or WMS knows corrections and
  cancellations that no shipment event tells. Where they are left out, the last ones sent stand.
- A hold counts as reserved until it is released or expires, or until it is confirmed and a supply position with a \`time\` at
  or after the confirmation has arrived. A shipment that leaves confirms its holds; a cancelled order releases them.
`;

/** docs/events.md. */
export function eventsPage(): string {
  return [LEAD, ...EVENT_TYPES.map(sectionOf)].join('\n').trimEnd().concat('\n');
}
