import { z } from 'zod';
import { recommendationRequest } from '#src/request.ts';
import {
  answerSchema,
  candidate,
  costs,
  guardOutcome,
  hold,
  ranked,
  rejected,
  risks,
  shipment,
} from '#src/wire/answer.ts';
import { orderFacts, orderLine, personalData, suggestedOption } from '#src/wire/order.ts';
import { inlineSnapshot, item, lane, node, supplyPosition } from '#src/wire/snapshot.ts';
import { EVENT_DATA } from '#world/event-data.ts';
import { settled } from './approvals.ts';
import { decisionState } from './decision-state.ts';
import { decisionRow } from './decisions.ts';
import { cloudEvent, eventsSchema } from './events.ts';
import { exception } from './exceptions.ts';
import { problemSchema } from './problem.ts';

type Json = Record<string, unknown>;

/** `fairlead.supply.position` as `SupplyPositionData`. */
function dataName(type: string): string {
  const words = type.split('.').slice(1);
  return `${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}Data`;
}

/** What is described once, under a name, wherever it stands. A schema is either of requests or of answers. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Answer: answerSchema,
  Candidate: candidate,
  RankedCandidate: ranked,
  Shipment: shipment,
  Costs: costs,
  Risks: risks,
  GuardOutcome: guardOutcome,
  RejectedCandidate: rejected,
  Hold: hold,
  Problem: problemSchema,
  Exception: exception,
  DecisionRow: decisionRow,
  DecisionState: decisionState,
  Settled: settled,
  RecommendationRequest: recommendationRequest,
  Order: orderFacts,
  OrderLine: orderLine,
  PersonalData: personalData,
  SuggestedOption: suggestedOption,
  Snapshot: inlineSnapshot,
  Item: item,
  Node: node,
  Lane: lane,
  SupplyPosition: supplyPosition,
  CloudEvent: cloudEvent,
  CloudEvents: eventsSchema,
  ...Object.fromEntries(Object.entries(EVENT_DATA).map(([type, schema]) => [dataName(type), schema as z.ZodType])),
};

const DEFINITION = '#/$defs/';
const COMPONENT = '#/components/schemas/';

/** Points references at the components, and leaves out how a regular expression would say `date-time`. */
function relocated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocated);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isMoment = 'format' in value && value.format === 'date-time';
  return Object.fromEntries(
    (isMoment ? entries.filter(([key]) => key !== 'pattern') : entries).map(([key, of]) =>
      key === '$ref' && typeof of === 'string' ? [key, of.replace(DEFINITION, COMPONENT)] : [key, relocated(of)],
    ),
  );
}

/** JSON Schemas that refer to shared components; `components` has those that were referred to so far. */
export interface SchemaWriter {
  write(schema: z.ZodType, io: 'input' | 'output'): Json;
  readonly components: Readonly<Record<string, Json>>;
}

export function createSchemaWriter(): SchemaWriter {
  const metadata = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) metadata.add(schema, { id });
  const components: Record<string, Json> = {};
  return {
    components,
    write(schema, io) {
      // Inside an object, so that a schema with a name becomes a reference too.
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ schema }), {
        target: 'draft-2020-12',
        io,
        unrepresentable: 'any',
        metadata,
      }) as { properties: Record<string, Json>; $defs?: Record<string, Json> };
      for (const [name, definition] of Object.entries($defs)) {
        const component = relocated(definition) as Json;
        const known = components[name];
        if (known && JSON.stringify(known) !== JSON.stringify(component))
          throw new Error(`the schema \`${name}\` reads otherwise in requests than in answers; name only one of them`);
        components[name] = component;
      }
      return relocated(properties['schema']) as Json;
    },
  };
}
