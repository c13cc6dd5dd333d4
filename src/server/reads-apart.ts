import { Worker } from 'node:worker_threads';
import { DomainError, type ProblemCode } from '#domain/problems.ts';
import type { Stages } from '#explanation/llm-front-end.ts';
import type { PolicyDocument } from '#policies/policy.ts';
import type { ModelOptions } from './question-desk.ts';
import { createReads, type Reads, type ReadsParts } from './reads.ts';

/** What the reading thread is begun with. */
export interface ReadingData {
  readonly file: string;
  readonly migrationsFolder: string;
  readonly zone: string;
  readonly languageModel: ModelOptions | null;
}

/** What is told of an answer before it is whole. */
export type StageName = 'planned' | 'found';

interface Read {
  readonly id: number;
  /** The policy in force, with the first read under it. */
  readonly policy: PolicyDocument | null;
  readonly read: keyof Reads;
  readonly args: readonly unknown[];
  /** Those that the asker wants to be told. */
  readonly stages: readonly StageName[];
}

/** A read, or whose asker has left. */
export type ToReader = Read | { readonly left: number };

export type FromReader =
  | { readonly id: number; readonly stage: StageName; readonly value: unknown }
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly problem: {
        readonly code: ProblemCode;
        readonly facts: Readonly<Record<string, unknown>>;
        readonly message: string;
      };
    }
  | { readonly counted: string };

export interface ReadsApart extends Reads {
  /** Ends the thread; what is still being read is refused. */
  close(): Promise<void>;
}

export interface ReadsApartParts extends ReadsParts, ReadingData {
  /** Something happened between the thread and the language model. */
  readonly count: (event: string) => void;
}

/** Reads that may wait for the thread; more would be answered after their askers have gone. */
const MOST_WAITING = 256;

interface Waiting {
  /** Stages are told one after the other, and the end after them. */
  told: Promise<void>;
  readonly stages: Stages;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A source file cannot be the entry of a thread (tsx, vitest), and a database in memory has one connection. */
const canBeApart = (file: string): boolean => file !== ':memory:' && !import.meta.url.endsWith('.ts');

/**
 * Reads in a thread of their own, begun by the first of them: what goes through hundreds of thousands of rows takes
 * seconds, and in the thread that decides nobody would be answered meanwhile. From source files and for a database in
 * memory they run where they are called.
 */
export function readsApart(parts: ReadsApartParts): ReadsApart {
  if (!canBeApart(parts.file)) return { ...createReads(parts), close: async () => {} };
  const { file, migrationsFolder, zone, languageModel } = parts;
  let worker: Worker | null = null;
  let waiting = new Map<number, Waiting>();
  let asked = 0;
  /** The revision that the thread knows. */
  let known = '';

  function begin(): Worker {
    const data: ReadingData = { file, migrationsFolder, zone, languageModel };
    const begun = new Worker(new URL('./reading-thread.js', import.meta.url), { workerData: data });
    // An idle thread keeps no process alive.
    begun.unref();
    known = '';
    begun.on('message', (message: FromReader) => {
      if ('counted' in message) return parts.count(message.counted);
      const one = waiting.get(message.id);
      if (!one) return;
      if ('stage' in message) {
        const tell = one.stages[message.stage] as ((value: unknown) => Promise<void>) | undefined;
        one.told = one.told.then(() => tell?.(message.value));
        return;
      }
      waiting.delete(message.id);
      if ('value' in message) return void one.told.then(() => one.resolve(message.value), one.reject);
      const { code, facts, message: text } = message.problem;
      one.reject(code === 'internal' ? new Error(text) : new DomainError(code, text, facts));
    });
    begun.once('error', (cause) => ended(begun, cause));
    begun.once('exit', () => ended(begun, new Error('the reading thread has ended')));
    return begun;
  }

  function ended(which: Worker, cause: unknown): void {
    if (worker !== which) return;
    worker = null;
    const refused = waiting;
    waiting = new Map();
    for (const { reject } of refused.values()) reject(cause);
  }

  function readBeside(read: keyof Reads, args: readonly unknown[], stages: Stages = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (waiting.size >= MOST_WAITING)
        throw new DomainError('not-ready', `${MOST_WAITING} reads of the log wait already; ask again in a moment`);
      worker ??= begin();
      const to = worker;
      const id = asked++;
      waiting.set(id, { resolve, reject, stages, told: Promise.resolve() });
      const { document, policyRevision } = parts.policy();
      const names = (['planned', 'found'] as const).filter((name) => stages[name]);
      const tell = (message: ToReader): void => to.postMessage(message);
      tell({ id, policy: policyRevision === known ? null : document, read, args, stages: names });
      known = policyRevision;
      stages.signal?.addEventListener('abort', () => tell({ left: id }), { once: true });
    });
  }

  const through = <Name extends keyof Reads>(read: Name) =>
    ((...args: Parameters<Reads[Name]>) => readBeside(read, args)) as Reads[Name];

  return {
    kpis: through('kpis'),
    reply: (tenant, roles, body, at, stages) =>
      readBeside('reply', [tenant, roles, body, at], stages) as ReturnType<Reads['reply']>,
    reasons: through('reasons'),
    exceptionSummary: through('exceptionSummary'),
    async close() {
      const begun = worker;
      if (!begun) return;
      ended(begun, new DomainError('not-ready', 'the service is stopping'));
      await begun.terminate();
    },
  };
}
