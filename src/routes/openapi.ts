import { PROBLEMS, type ProblemCode } from '#domain/problems.ts';
import type { Api, Operation } from './operation.ts';
import { PROBLEM_MEDIA_TYPE, problemSchema } from './problem.ts';
import { createSchemaWriter, type SchemaWriter } from './shared-schemas.ts';
import { served } from './tagged.ts';

type Json = Record<string, unknown>;

/** Problems by status: those every operation has, those its parts bring, and its own. */
function problemsOf({ roles, body, query, decides, problems = [] }: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>(['internal', ...problems]);
  if (roles !== 'public') codes.add('unauthenticated').add('rate-limited');
  if (Array.isArray(roles)) codes.add('forbidden');
  if (query) codes.add('invalid-request');
  if (body)
    for (const code of ['malformed-json', 'unsupported-media-type', 'body-too-large', 'invalid-request'] as const)
      codes.add(code);
  if (decides)
    for (const code of ['missing-idempotency-key', 'idempotency-in-flight', 'idempotency-mismatch'] as const)
      codes.add(code);
  return [...codes];
}

function responsesOf(operation: Operation, schemas: SchemaWriter): Json {
  const { status, description, schema, mediaType = 'application/json' } = operation.answer;
  const content = schema
    ? { content: { [mediaType]: { schema: schemas.write(schema, 'output') } } }
    : status === 204
      ? {}
      : { content: { [mediaType]: { schema: { type: 'string' } } } };
  const responses: Json = { [status]: { description, ...content } };
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(operation)) {
    const of = PROBLEMS[code].status;
    byStatus.set(of, [...(byStatus.get(of) ?? []), code]);
  }
  for (const [problemStatus, codes] of [...byStatus].sort(([a], [b]) => a - b))
    responses[problemStatus] = {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { [PROBLEM_MEDIA_TYPE]: { schema: schemas.write(problemSchema, 'output') } },
    };
  return responses;
}

function parametersOf({ path, query, decides }: Operation, schemas: SchemaWriter): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const asked = query
    ? (schemas.write(query, 'input') as { properties?: Record<string, Json>; required?: string[] })
    : {};
  const inQuery = Object.entries(asked.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: asked.required?.includes(name) ?? false,
    schema,
  }));
  const header = {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'Unique to the request; the same key with the same body gets the same answer.',
    schema: { type: 'string', minLength: 1, maxLength: 254 },
  };
  return [...inPath, ...inQuery, ...(decides ? [header] : [])];
}

function operationOf(operation: Operation, schemas: SchemaWriter): Json {
  const { tag, summary, roles, body, bodySchema = body, bodyTypes = ['application/json'] } = operation;
  const parameters = parametersOf(operation, schemas);
  return {
    tags: [tag],
    summary,
    ...(Array.isArray(roles)
      ? { description: `Roles: ${[...roles, ...(roles.includes('admin') ? [] : ['admin'])].join(', ')}.` }
      : {}),
    ...(roles === 'public' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(bodySchema
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              bodyTypes.map((type) => [type, { schema: schemas.write(bodySchema, 'input') }]),
            ),
          },
        }
      : {}),
    responses: responsesOf(operation, schemas),
  };
}

/** OpenAPI 3.1 of the operations, from the schemas that check the requests. */
export function describeApi(operations: readonly Operation[], version: string): Json {
  const paths: Record<string, Json> = {};
  const schemas = createSchemaWriter();
  for (const operation of operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = operationOf(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairlead',
      version,
      description:
        'Decision support for distribution: which node ships what, by which carrier service, at what expected cost and risk. Moments are RFC 3339; money is in minor units of the currency.',
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'pk_<id>_<secret>' } },
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** `/openapi.json`. Built when first asked for: the service starts without it. */
export function openapiRoute(api: Api, version: string): void {
  const page = served('application/json', () => JSON.stringify(describeApi(api.operations, version)));
  api.on(
    {
      method: 'get',
      path: '/openapi.json',
      tag: 'operations',
      summary: 'This description',
      roles: 'public',
      answer: { status: 200, description: 'OpenAPI 3.1' },
    },
    page,
  );
}
