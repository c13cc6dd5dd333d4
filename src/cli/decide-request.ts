import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '#domain/problems.ts';
import { readConfig } from '#src/config.ts';
import { openService } from '../server/service.ts';

export interface Decided {
  readonly status: number;
  /** An answer, or a problem. */
  readonly body: unknown;
}

const PATH = '/v1/recommendations';

function headersFor(key: string, text: string, idempotencyKey?: string): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey ?? createHash('sha256').update(text).digest('hex'),
  };
}

/** Decides a request that carries its own snapshot: the whole service, with everything in memory and no socket. */
export async function decideHere(text: string): Promise<Decided> {
  const config = { ...readConfig(process.env), dataFolder: ':memory:' };
  const report = (error: unknown) => {
    throw error;
  };
  const service = openService(config, { now: Date.now, random: randomBytes, report });
  const { key } = service.keys.create({
    tenant: config.tenant,
    roles: ['orchestrator'],
    note: 'fairlead recommend',
    now: Date.now(),
    random: randomBytes,
  });
  const response = await service.app.request(PATH, { method: 'POST', headers: headersFor(key, text), body: text });
  const body = await response.json();
  service.close();
  return { status: response.status, body };
}

export interface There {
  readonly url: string;
  readonly key: string;
  readonly idempotencyKey: string | undefined;
}

/** Asks a running service. Throws `not-ready` where there is none. */
export async function decideThere(text: string, { url, key, idempotencyKey }: There): Promise<Decided> {
  try {
    const response = await fetch(new URL(PATH, url), {
      method: 'POST',
      headers: headersFor(key, text, idempotencyKey),
      body: text,
    });
    return { status: response.status, body: await response.json() };
  } catch (cause) {
    throw new DomainError('not-ready', `no service answers at \`${url}\`: ${(cause as Error).message}`, {}, cause);
  }
}
