import { closeSync, openSync, writeSync } from 'node:fs';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { logKeysOf } from '#audit/keys.ts';
import { leafOf } from '#audit/leaf.ts';
import { createAuditLog, type NewLeaf } from '#audit/log.ts';
import { createFlush } from '#store/flush.ts';
import { openStore } from '#store/open.ts';
import { HOST, sampleRecord } from '../sample-log.ts';

// A process that logs decisions as fast as it can until somebody kills it, and keeps a ledger outside the store:
// `T n` before decision n is queued, `A n` once it is acknowledged, `F n` when it was refused.
const [file, migrationsFolder, ledgerFile, first] = process.argv.slice(2) as [string, string, string, string];
const ledger = openSync(ledgerFile, 'a');
const note = (what: 'T' | 'A' | 'F', number: number) => writeSync(ledger, `${what} ${number}\n`);

const store = openStore({ file, migrationsFolder });
const log = createAuditLog(store, HOST);
const keys = logKeysOf([new Uint8Array(32).fill(5)]);
const checkpointer = createCheckpointer({ store, log, keys, now: Date.now });
const write = (_: unknown, leaves: readonly NewLeaf[]) => void log.append(leaves);
const flush = createFlush<NewLeaf>({ store, write, recover: log.recover });

let next = Number(first);
let failures = 0;

async function caller(): Promise<void> {
  for (;;) {
    const number = next++;
    note('T', number);
    try {
      flush.assertWritable();
      await flush.enqueue(leafOf(sampleRecord(number)));
      note('A', number);
    } catch {
      note('F', number);
      // As a client would: a little later again, so that the ledger does not fill with refusals.
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (++failures > 100_000) break;
    }
  }
}

setInterval(() => {
  try {
    checkpointer.tick();
  } catch {
    // The disk fails on purpose here; the next tick signs what this one could not.
  }
}, 20);
await Promise.all(Array.from({ length: 8 }, caller));
closeSync(ledger);
