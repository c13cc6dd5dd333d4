import { z } from 'zod';
import { ROLES } from '#domain/principal.ts';
import { toRfc3339 } from '#domain/time.ts';
import { fields, listOf, oneOf, text } from '#src/wire/fields.ts';
import type { ApiKeyRow, ApiKeys } from '#store/keys.ts';
import type { Api } from './operation.ts';

export const newKey = fields({ roles: listOf(oneOf(ROLES), 1, ROLES.length), note: text(200).default('') });

const keyRow = z.object({
  keyId: z.string(),
  roles: z.array(z.enum(ROLES)),
  note: z.string(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});

function rowOf({ keyId, roles, note, createdAt, revokedAt }: ApiKeyRow): z.output<typeof keyRow> {
  return {
    keyId,
    roles: [...roles],
    note,
    createdAt: toRfc3339(createdAt),
    revokedAt: revokedAt === null ? null : toRfc3339(revokedAt),
  };
}

export interface KeyDeps {
  readonly keys: ApiKeys;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export function keyRoutes(api: Api, { keys, now, random }: KeyDeps): void {
  const base = { tag: 'keys', roles: ['admin'] } as const;
  api.on(
    {
      ...base,
      method: 'get',
      path: '/v1/keys',
      summary: "The tenant's API keys, without their secrets",
      answer: { status: 200, description: 'Keys', schema: z.object({ keys: z.array(keyRow) }) },
    },
    (c, { principal }) => c.json({ keys: keys.list(principal.tenant).map(rowOf) }),
  );
  api.on(
    {
      ...base,
      method: 'post',
      path: '/v1/keys',
      summary: 'Make a key; it is shown this once',
      body: newKey,
      answer: { status: 201, description: 'The key', schema: z.object({ keyId: z.string(), key: z.string() }) },
    },
    (c, { body, principal }) => c.json(keys.create({ ...body, tenant: principal.tenant, now: now(), random }), 201),
  );
  api.on(
    {
      ...base,
      method: 'delete',
      path: '/v1/keys/{keyId}',
      summary: 'Revoke a key from now on',
      answer: { status: 204, description: 'Revoked' },
      problems: ['not-found'],
    },
    (c, { principal }) => {
      keys.revoke(principal.tenant, c.req.param('keyId') ?? '', now());
      return c.body(null, 204);
    },
  );
}
