import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { DomainError } from '#domain/problems.ts';
import type { Env } from './operation.ts';
import { problemOf } from './problem.ts';
import type { LoggedReply, Told } from './questions.ts';

/** Proxies close what is silent for longer, 30 s at the least. */
export const HEARTBEAT_MS = 5_000;

/** Lets what was written leave before the next stage takes the thread. */
const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The stages of an answer as server-sent events: `plan`, `rows`, a `sentence` each, `done` with the whole reply, or
 * `problem`; comments while a language model takes its time. When the caller leaves, the work ends.
 */
export function streamAnswer(
  c: Context<Env>,
  ask: (told: Told) => Promise<LoggedReply>,
  report: (error: unknown, traceId: string) => void,
  heartbeatMs: number,
): Response {
  return streamSSE(c, async (stream) => {
    const left = new AbortController();
    stream.onAbort(() => left.abort());
    const heartbeat = setInterval(() => void stream.write(': still at work\n\n'), heartbeatMs);
    const send = async (event: string, data: unknown): Promise<void> => {
      await stream.writeSSE({ event, data: JSON.stringify(data) });
      await flushed();
    };
    try {
      const reply = await ask({
        signal: left.signal,
        planned: ({ plan, parameters }) => send('plan', { plan, parameters }),
        found: ({ table, plot, citations, notes }) => send('rows', { table, plot, citations, notes }),
      });
      if (reply.kind === 'answer')
        for (const sentence of reply.sentences) {
          if (left.signal.aborted) return;
          await send('sentence', sentence);
        }
      await send('done', reply);
    } catch (error) {
      if (left.signal.aborted) return;
      const known =
        error instanceof DomainError
          ? error
          : new DomainError('internal', 'the question could not be answered', {}, error);
      const problem = problemOf(known, c.get('traceId'));
      if (problem.status >= 500) report(error, c.get('traceId'));
      await send('problem', problem);
    } finally {
      clearInterval(heartbeat);
    }
  });
}
