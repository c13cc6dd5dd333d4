import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { logKeysOf } from '#audit/keys.ts';
import { type AuditLog, createAuditLog, type NewLeaf } from '#audit/log.ts';
import { createVerifier } from '#audit/note.ts';
import { storeSources } from '#audit/store-source.ts';
import { verifyLog } from '#audit/verify.ts';
import { shipped } from '#src/config.ts';
import { createFlush, type Flush } from '#store/flush.ts';
import { openStore } from '#store/open.ts';

// npm run bench:log [-- leaves]: durable leaves a second through the flush, one alone, and what the disk itself needs.
const LEAF_BYTES = 1500;
const leaves = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(process.env['FAIRLEAD_BENCH_FOLDER'] ?? tmpdir(), 'bench-log-'));
const file = join(folder, 'store.db');
const keys = logKeysOf([new Uint8Array(32).fill(1)]);

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function describe(name: string, milliseconds: number[]): void {
  const sorted = milliseconds.sort((a, b) => a - b);
  const figures = [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${quantile(sorted, share).toFixed(3)} ms`);
  console.log(`${name}: ${figures.join(', ')} (${sorted.length} times)`);
}

/** What one durable write costs here without any of our code: 4 KiB and fdatasync. */
function measureDisk(times: number): void {
  const descriptor = openSync(join(folder, 'disk'), 'w');
  const page = Buffer.alloc(4096, 1);
  const took = Array.from({ length: times }, () => {
    const start = performance.now();
    writeSync(descriptor, page);
    fdatasyncSync(descriptor);
    return performance.now() - start;
  });
  closeSync(descriptor);
  describe('the disk alone, 4 KiB and fdatasync', took);
}

function readyLeaf(number: number): NewLeaf {
  const head = `{"decisionId":"d${number}","number":${number},"rest":"`;
  const leaf = Buffer.alloc(LEAF_BYTES, 'x');
  leaf.write(head);
  leaf.write('"}', LEAF_BYTES - 2);
  return { tenant: 'north', year: 2026, leaf, decisionId: `d${number}` };
}

function open() {
  const store = openStore({ file, migrationsFolder: shipped.migrations });
  const log = createAuditLog(store, 'log.example');
  const write = (_: unknown, items: readonly NewLeaf[]) => void log.append(items);
  return { store, log, flush: createFlush<NewLeaf>({ store, write, recover: log.recover }) };
}

async function measureAlone(flush: Flush<NewLeaf>, from: number, times: number): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < times; at++) {
    const leaf = readyLeaf(from + at);
    const start = performance.now();
    await flush.enqueue(leaf);
    took.push(performance.now() - start);
  }
  describe('one leaf alone, until it is durable', took);
}

/** `waiting` requests at a time, each waiting for its own answer before the next one comes. */
async function measureTogether(flush: Flush<NewLeaf>, from: number, count: number, waiting: number): Promise<number> {
  const ready = Array.from({ length: count }, (_, at) => readyLeaf(from + at));
  let next = 0;
  const start = performance.now();
  const caller = async () => {
    while (next < ready.length) await flush.enqueue(ready[next++]!);
  };
  await Promise.all(Array.from({ length: waiting }, caller));
  const perSecond = (count / (performance.now() - start)) * 1000;
  console.log(`${waiting} waiting: ${Math.round(perSecond)} leaves a second (${count} of ${LEAF_BYTES} bytes)`);
  return count;
}

function fill(store: ReturnType<typeof open>['store'], log: AuditLog, from: number, to: number): void {
  for (let at = from; at < to; at += 5000)
    store.transaction(() =>
      log.append(Array.from({ length: Math.min(5000, to - at) }, (_, offset) => readyLeaf(at + offset))),
    );
}

measureDisk(500);
const { store, log, flush } = open();
let size = 500;
await measureAlone(flush, 0, size);
for (const waiting of [8, 32, 128, 512]) size += await measureTogether(flush, size, 40_000, waiting);
const checkpointer = createCheckpointer({ store, log, keys, now: Date.now });
checkpointer.tick();
fill(store, log, size, leaves);
checkpointer.tick();
store.close();
console.log(`the log has ${leaves} leaves, ${(statSync(file).size / 1e9).toFixed(2)} GB`);

const before = performance.now();
const again = open();
console.log(`opened and rebuilt from disk in ${(performance.now() - before).toFixed(0)} ms`);
const start = performance.now();
again.log.recover();
console.log(`recovered after a failure in ${(performance.now() - start).toFixed(0)} ms`);
const [origin] = again.log.heads().map((head) => head.origin);
const verifiers = keys.signersFor(origin!).map((signer) => createVerifier(signer.verifierKey));
const verifyStart = performance.now();
const report = verifyLog(storeSources(again.store)[0]!, { verifiers });
console.log(
  `verified ${report.size} leaves in ${((performance.now() - verifyStart) / 1000).toFixed(1)} s: ${report.break?.message ?? 'ok'}`,
);
again.store.close();
rmSync(folder, { recursive: true });
