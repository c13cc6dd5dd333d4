import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { CHECKPOINT_INTERVAL_MS } from '#audit/checkpointer.ts';
import { DomainError } from '#domain/problems.ts';
import { dataFiles, type ServiceConfig } from './config.ts';
import { pooledRandom } from './server/random-pool.ts';
import { openService, type Service } from './server/service.ts';
import { removeServiceFile, urlOf, writeServiceFile } from './server/service-file.ts';

/** Requests still open this long after a stop was asked for are cut. */
const DRAIN_MS = 10_000;

export interface RunningService {
  readonly url: string;
  readonly service: Service;
  /** The admin key of a first start; it cannot be read again. */
  readonly firstKey: string | null;
  /** Takes no more requests, answers those it has, signs the last checkpoint and closes. */
  stop(): Promise<void>;
}

function reportTo(err: (text: string) => void) {
  return (error: unknown, traceId = '-'): void => {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const text =
      error instanceof DomainError ? `${error.code}: ${error.message}${cause}` : ((error as Error)?.stack ?? error);
    err(`${new Date().toISOString()} ${traceId} ${text}\n`);
  };
}

/** Opens the files and listens. Throws `conflict` where the address is taken. */
export async function startService(config: ServiceConfig, err: (text: string) => void): Promise<RunningService> {
  const service = openService(config, {
    now: Date.now,
    random: pooledRandom(randomBytes),
    report: reportTo(err),
  });
  const firstKey =
    service.keys.count() === 0
      ? service.keys.create({
          tenant: config.tenant,
          roles: ['admin'],
          note: 'first start',
          now: Date.now(),
          random: randomBytes,
        }).key
      : null;
  service.tick();
  try {
    // A database that was rolled back or exchanged is found here, before anything is decided on it.
    await service.follow();
  } catch (error) {
    service.close();
    throw error;
  }
  const server = createAdaptorServer({ fetch: service.app.fetch });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
  } catch (cause) {
    service.close();
    throw new DomainError(
      'conflict',
      `cannot listen on ${config.host}:${config.port}: ${(cause as Error).message}`,
      {},
      cause,
    );
  }
  let following = false;
  const timer = setInterval(() => {
    service.tick();
    if (following) return;
    following = true;
    service.follow().then(
      () => {
        following = false;
      },
      // Stays so: the service is not ready any more, and says why.
      () => {},
    );
  }, CHECKPOINT_INTERVAL_MS);
  const { port } = server.address() as AddressInfo;
  const url = urlOf(config.host, port);
  const serviceFile = config.dataFolder === ':memory:' ? null : dataFiles(config.dataFolder).service;
  if (serviceFile) writeServiceFile(serviceFile, { url, pid: process.pid });

  async function stop(): Promise<void> {
    service.stopping();
    clearInterval(timer);
    if (serviceFile) removeServiceFile(serviceFile, process.pid);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    const cut = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, DRAIN_MS);
    await closed;
    clearTimeout(cut);
    await service.reads.close();
    service.close();
  }
  return { url, service, firstKey, stop };
}
