import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import type { Principal, Role } from '#domain/principal.ts';
import { DomainError, type ProblemCode } from '#domain/problems.ts';
import { parseBody } from '#src/wire/field-problems.ts';
import type { IdempotentCall } from '#store/idempotency.ts';
import type { ApiKeys } from '#store/keys.ts';
import { readBody, readJson } from './body.ts';
import { type RateLimiter, type RateLimitHeaders, tooManyRequests } from './rate-limit.ts';

export interface Env {
  Variables: { traceId: string; traceparent: string; principal: Principal; route: string; rateLimit: RateLimitHeaders };
}
export type App = Hono<Env>;

/** One operation of the API: what is checked before its handler runs, and what the description says of it. */
export interface Operation<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType> {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/decisions/{decisionId}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Who may: one of these roles, or admin; `key`: any key; `public`: anybody. */
  readonly roles: readonly Role[] | 'key' | 'public';
  readonly body?: Body;
  /** Describes the body where another room checks it. @default body */
  readonly bodySchema?: z.ZodType;
  /** @default application/json */
  readonly bodyTypes?: readonly string[];
  readonly query?: Query;
  readonly answer: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    readonly schema?: z.ZodType;
    /** @default application/json */
    readonly mediaType?: string;
  };
  /** True where the Idempotency-Key header is required. */
  readonly decides?: boolean;
  /** Beyond those every operation has. */
  readonly problems?: readonly ProblemCode[];
}

export interface Input<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  readonly principal: Principal;
  /** Set for operations that decide. */
  readonly call: IdempotentCall | null;
}

export type Handler<Body, Query> = (c: Context<Env>, input: Input<Body, Query>) => Response | Promise<Response>;

/** The operations of an app, each checked in the same order: key, rate, role, query, body, Idempotency-Key. */
export interface Api {
  readonly operations: readonly Operation[];
  on<Body extends z.ZodType, Query extends z.ZodType>(
    operation: Operation<Body, Query>,
    handler: Handler<z.output<Body>, z.output<Query>>,
  ): void;
}

const NOBODY: Principal = { keyId: 'nobody', roles: [], tenant: 'nobody' };

function authenticate(c: Context<Env>, keys: ApiKeys): Principal {
  const header = c.req.header('authorization') ?? '';
  const principal = header.startsWith('Bearer ') ? keys.authenticate(header.slice(7)) : undefined;
  if (!principal)
    throw new DomainError(
      'unauthenticated',
      'the API key is missing or not valid; expected `Authorization: Bearer pk_...`',
    );
  return principal;
}

function assertRole(principal: Principal, roles: readonly Role[]): void {
  if (principal.roles.includes('admin') || roles.some((role) => principal.roles.includes(role))) return;
  throw new DomainError(
    'forbidden',
    `the key has the roles ${principal.roles.join(', ')}; expected ${roles.join(' or ')}`,
    {
      roles,
    },
  );
}

/** Each parameter once: of two values one would be left out unsaid, so both are handed on, and the schema refuses them. */
function queryOf(c: Context<Env>): Record<string, unknown> {
  const all = Object.entries(c.req.queries());
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e][\x20-\x7e]{0,253}$/;

function callOf(c: Context<Env>, bytes: Uint8Array): IdempotentCall {
  const key = c.req.header('idempotency-key');
  if (key === undefined || key === '')
    throw new DomainError(
      'missing-idempotency-key',
      'found no header `Idempotency-Key`; expected one unique to this request',
    );
  if (!IDEMPOTENCY_KEY.test(key))
    throw new DomainError(
      'missing-idempotency-key',
      'the header `Idempotency-Key` is not 1 to 254 printable ASCII characters',
    );
  return {
    idempotencyKey: key,
    bodySha256: createHash('sha256').update(c.req.path).update('\n').update(bytes).digest('hex'),
  };
}

/** Who is limited, and by which clock. */
export interface ApiLimits {
  readonly limiter: RateLimiter | null;
  readonly now: () => number;
}

export function createApi(app: App, keys: ApiKeys, { limiter, now }: ApiLimits): Api {
  /** Counts the request; the answer carries the headers whatever becomes of it. */
  function assertRate(c: Context<Env>, { keyId }: Principal): void {
    if (!limiter) return;
    const { allowed, headers } = limiter.take(keyId, now());
    c.set('rateLimit', headers);
    if (!allowed) throw tooManyRequests(keyId, limiter);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
  }

  const operations: Operation[] = [];
  return {
    operations,
    on(operation, handler) {
      operations.push(operation);
      const { roles, body, query, decides } = operation;
      const path = operation.path.replace('{tile}', ':tile{.+}').replace(/\{(\w+)\}/g, ':$1');
      app.on(operation.method.toUpperCase(), path, async (c) => {
        c.set('route', operation.path);
        const principal = roles === 'public' ? NOBODY : authenticate(c, keys);
        if (roles !== 'public') assertRate(c, principal);
        if (Array.isArray(roles)) assertRole(principal, roles);
        c.set('principal', principal);
        const asked = query ? parseBody(query, queryOf(c)) : undefined;
        // A body may be large: it is read only for those who may send one.
        const bytes = operation.method === 'post' ? await readBody(c) : new Uint8Array(0);
        const call = decides ? callOf(c, bytes) : null;
        const sent = body ? parseBody(body, readJson(c, bytes, operation.bodyTypes)) : undefined;
        return handler(c, { body: sent as never, query: asked as never, principal, call });
      });
    },
  };
}
