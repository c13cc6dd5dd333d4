import { z } from 'zod';
import { type ChatClient, ChatFailure, type ChatMessage, RUNGS, type Rung } from './llm-client.ts';

/** What one question may cost. */
export interface Budget {
  readonly tokens: number;
  readonly milliseconds: number;
}

export interface LanguageModel {
  readonly client: ChatClient;
  readonly budget: Budget;
  readonly now: () => number;
  /** 0 to 1: jitter of a retry. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Counts what happened: `rejected-text`, `rejected-plan`, `down`, `over-budget`, `breaker-open`. */
  readonly count: (event: string) => void;
  readonly state: ModelState;
}

/** What is learned about a server while it is used. */
export interface ModelState {
  rung: Rung;
  failures: number;
  openUntil: number;
}

export const freshState = (): ModelState => ({ rung: 'tool', failures: 0, openUntil: 0 });

const FAILURES_TO_OPEN = 3;
const OPEN_MS = 30_000;
const RETRY_MS = 150;
const TOKENS_A_CALL = 500;

/** One deadline over all that a question asks of a model: attempts, repairs and sleeps. */
export interface Spend {
  tokens: number;
  readonly until: number;
  readonly signal: AbortSignal;
  /** Rejects when the time is over. */
  readonly late: Promise<never>;
  end(): void;
}

/**
 * What is still awaited at the deadline, or when the asker has gone (`gone`), is left behind, whatever the client's
 * library makes of the signal.
 */
export function startSpend(model: LanguageModel, gone?: AbortSignal): Spend {
  const { milliseconds } = model.budget;
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let leave: () => void = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    const end = (kind: 'down' | 'abandoned', message: string) => () => {
      stop.abort();
      reject(new ChatFailure(kind, message));
    };
    timer = setTimeout(end('down', 'the language model did not answer in time'), milliseconds);
    leave = end('abandoned', 'nobody waits for the answer any more');
    if (gone?.aborted) leave();
    else gone?.addEventListener('abort', leave, { once: true });
  });
  // It may come while nothing is awaited.
  late.catch(() => {});
  return {
    tokens: 0,
    until: model.now() + milliseconds,
    signal: stop.signal,
    late,
    end() {
      clearTimeout(timer);
      gone?.removeEventListener('abort', leave);
      stop.abort();
    },
  };
}

const estimate = (messages: readonly ChatMessage[], answer: string): number =>
  Math.ceil((messages.reduce((sum, { content }) => sum + content.length, 0) + answer.length) / 3);

function jsonIn(text: string): unknown {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to <= from) return undefined;
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch {
    return undefined;
  }
}

/** One structured answer: down the ladder while the server cannot, one repair, one retry, never over the budget. */
export async function structured<T>(
  model: LanguageModel,
  spend: Spend,
  messages: readonly ChatMessage[],
  name: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const shape = { name, schema: z.toJSONSchema(schema) as Record<string, unknown> };
  let turn = [...messages];
  let repaired = false;
  let retried = false;
  for (let tries = 0; tries < 7; tries++) {
    const left = spend.until - model.now();
    const price = estimate(turn, '') + TOKENS_A_CALL;
    if (spend.signal.aborted || left < 50 || spend.tokens + price > model.budget.tokens) {
      model.count('over-budget');
      return null;
    }
    try {
      const { text, tokens } = await Promise.race([
        model.client.complete({
          messages: turn,
          rung: model.state.rung,
          shape,
          maxTokens: TOKENS_A_CALL,
          timeoutMs: left,
          signal: spend.signal,
        }),
        spend.late,
      ]);
      spend.tokens += Math.min(Math.max(tokens ?? 0, estimate(turn, text)), price);
      const parsed = schema.safeParse(jsonIn(text));
      if (parsed.success) {
        model.state.failures = 0;
        return parsed.data;
      }
      const next = RUNGS[RUNGS.indexOf(model.state.rung) + 1];
      if (text.trim() === '' && next) model.state.rung = next;
      else if (!repaired) {
        repaired = true;
        turn = [
          ...messages,
          { role: 'assistant', content: text.slice(0, 400) },
          {
            role: 'user',
            content: `That is not the JSON that was asked for. Answer with one JSON object of this schema and nothing else: ${JSON.stringify(shape.schema)}`,
          },
        ];
      } else return null;
    } catch (error) {
      if (!(error instanceof ChatFailure)) throw error;
      // Says nothing about the server.
      if (error.kind === 'abandoned') return null;
      spend.tokens += estimate(turn, '');
      const next = RUNGS[RUNGS.indexOf(model.state.rung) + 1];
      if (error.kind === 'unsupported' && next) model.state.rung = next;
      else if (error.kind === 'busy' && !retried) {
        retried = true;
        const pause = model.sleep(Math.min(RETRY_MS * (1 + model.random()), Math.max(0, spend.until - model.now())));
        await Promise.race([pause, spend.late]).catch(() => {});
      } else {
        model.state.failures++;
        if (model.state.failures >= FAILURES_TO_OPEN) model.state.openUntil = model.now() + OPEN_MS;
        model.count('down');
        return null;
      }
    }
  }
  return null;
}
