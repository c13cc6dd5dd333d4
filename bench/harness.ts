import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#src/config.ts';
import type { CloudEvent } from '#world/events.ts';
import { benchOrder } from './service-world.ts';

export interface Load {
  readonly answers: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface Served {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  /** From the start of the process until it answers `/readyz`, milliseconds. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'fairlead-bench-'));

/** The service of dist/ in a process of its own; the key is an admin's. */
export async function serveDist(data: string, key?: string, nodeArgs: readonly string[] = []): Promise<Served> {
  const begun = performance.now();
  const cli = join(packageRoot, 'dist/cli.js');
  const child = spawn(process.execPath, [...nodeArgs, cli, 'serve', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('ready at') && out.endsWith('\n')) resolve();
    });
    child.once('close', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  const url = /http:\/\/[\d.:]+/.exec(out)![0];
  const ready = await fetch(`${url}/readyz`);
  if (!ready.ok) throw new Error(`/readyz answered ${ready.status}`);
  const readyMs = performance.now() - begun;
  return {
    url,
    key: key ?? /pk_\S+/.exec(out)![0],
    pid: child.pid!,
    readyMs,
    stop: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

const PEER_PORT = 18_765;

/** bench/peers/service.py with the system's Python; null where it cannot be started. */
export async function servePeer(folder: string): Promise<Served | null> {
  const begun = performance.now();
  const script = join(packageRoot, 'bench/peers/service.py');
  const child = spawn('/usr/bin/python3', [script, `${PEER_PORT}`, folder], { stdio: 'ignore' });
  let ended = false;
  child.once('close', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  const url = `http://127.0.0.1:${PEER_PORT}`;
  while (!ended) {
    const ready = await fetch(`${url}/readyz`).catch(() => null);
    if (ready?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (ended) return null;
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.kill('SIGTERM');
    });
  return { url, key: '', pid: child.pid!, readyMs: performance.now() - begun, stop };
}

export async function tell({ url, key }: Pick<Served, 'url' | 'key'>, events: readonly CloudEvent[]): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) });
  if (!response.ok) throw new Error(`events: ${response.status} ${await response.text()}`);
}

/** A file of request bodies, one a line. */
export function bodiesFile(folder: string, count: number, at: number): string {
  const file = join(folder, 'bodies.jsonl');
  writeFileSync(
    file,
    Array.from({ length: count }, (_, index) => `${JSON.stringify(benchOrder(index, at))}\n`).join(''),
  );
  return file;
}

/** Loads a service from a second process. `rate` 0: as fast as answers come. */
export function load(
  served: Pick<Served, 'url' | 'key'>,
  file: string,
  connections: number,
  seconds: number,
  rate = 0,
  path?: string,
): Load {
  const args = [join(packageRoot, 'bench/load.mjs'), served.url, served.key, connections, seconds, rate, file].map(
    String,
  );
  const env = path === undefined ? process.env : { ...process.env, LOAD_PATH: path };
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
}

/** CPU seconds that a process has used, its threads included (Linux; elsewhere NaN). */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in MB. */
export function residentMb(pid: number): number {
  const pages = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(pages![1]) / 1024;
}
