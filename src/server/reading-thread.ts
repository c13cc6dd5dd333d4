// The reading thread: reads of the log beside the thread that decides, on a connection of its own that cannot write.
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '#domain/problems.ts';
import type { Stages } from '#explanation/llm-front-end.ts';
import { policyFromDocument } from '#policies/load.ts';
import type { Policy } from '#policies/policy.ts';
import { isDiskFailure } from '#store/connection.ts';
import { openStore } from '#store/open.ts';
import { languageModelOf } from './question-desk.ts';
import { createReads } from './reads.ts';
import type { FromReader, ReadingData, StageName, ToReader } from './reads-apart.ts';

const port = parentPort!;
const { file, migrationsFolder, zone, languageModel } = workerData as ReadingData;
const tell = (message: FromReader): void => port.postMessage(message);

const store = openStore({ file, migrationsFolder, readOnly: true });
let policy: Policy | null = null;

const reads = createReads({
  store,
  now: Date.now,
  zone,
  // It comes with the first read.
  policy: () => policy!,
  model:
    languageModel &&
    languageModelOf(languageModel, {
      now: Date.now,
      random: () => randomBytes(1)[0]! / 256,
      count: (event) => tell({ counted: event }),
    }),
});

/** Of questions being answered: a caller may leave. */
const asked = new Map<number, AbortController>();

function stagesOf(id: number, names: readonly StageName[]): Stages {
  const left = new AbortController();
  asked.set(id, left);
  const told = names.map((stage) => [
    stage,
    async (value: unknown) => {
      tell({ id, stage, value });
      // The asker may have left: the message that says so is taken between two turns.
      await new Promise((resolve) => setImmediate(resolve));
    },
  ]);
  return { signal: left.signal, ...Object.fromEntries(told) };
}

port.on('message', async (message: ToReader) => {
  if ('left' in message) return asked.get(message.left)?.abort();
  const { id, policy: changed, read, args, stages } = message;
  try {
    if (changed) policy = policyFromDocument(changed);
    const work = reads[read] as (...values: readonly unknown[]) => Promise<unknown>;
    tell({ id, value: await work(...args, ...(read === 'reply' ? [stagesOf(id, stages)] : [])) });
  } catch (error) {
    const { code, facts } = error instanceof DomainError ? error : { code: 'internal' as const, facts: {} };
    const { message, stack = message } = error as Error;
    tell({ id, problem: { code, facts, message: code === 'internal' ? stack : message } });
    // A connection that has met a failing disk is not read from again; the next read begins a new thread.
    if (isDiskFailure(error)) process.exit(1);
  } finally {
    asked.delete(id);
  }
});
