import { z } from 'zod';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How a structured answer is asked for, from what few servers can to what all can. */
export const RUNGS = ['tool', 'json_schema', 'json_object', 'prompt'] as const;
export type Rung = (typeof RUNGS)[number];

export interface ChatCall {
  readonly messages: readonly ChatMessage[];
  readonly rung: Rung;
  /** Name and JSON Schema of what is wanted. */
  readonly shape: { readonly name: string; readonly schema: Record<string, unknown> };
  readonly maxTokens: number;
  readonly timeoutMs: number;
  /** Ends the call before its time. */
  readonly signal?: AbortSignal;
}

export interface ChatResult {
  /** What stands for the structured answer: the tool's arguments, or the content. Empty: nothing usable. */
  readonly text: string;
  readonly cutOff: boolean;
  /** As the server counted, or null where it did not. */
  readonly tokens: number | null;
}

/**
 * `unsupported`: the server refuses this rung; `busy`: try again; `down`: it cannot be reached or answered too late;
 * `abandoned`: the asker has gone.
 */
export class ChatFailure extends Error {
  override readonly name = 'ChatFailure';
  readonly kind: 'unsupported' | 'busy' | 'down' | 'abandoned';

  constructor(kind: ChatFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Any OpenAI-compatible server: OpenAI, Ollama, vLLM, llama.cpp, LM Studio. Stateless, never streaming. */
export interface ChatClient {
  complete(call: ChatCall): Promise<ChatResult>;
}

export interface ChatOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}

// Servers leave out, null or misspell much of this; only what is read is checked.
const completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                function: z.object({
                  name: z.string(),
                  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
                }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z.object({ total_tokens: z.number().nullish() }).nullish(),
});

function bodyOf({ model }: ChatOptions, { messages, rung, shape, maxTokens }: ChatCall): Record<string, unknown> {
  const base = { model, messages, max_tokens: maxTokens, temperature: 0, stream: false };
  if (rung === 'tool')
    return {
      ...base,
      tools: [{ type: 'function', function: { name: shape.name, parameters: shape.schema } }],
      tool_choice: { type: 'function', function: { name: shape.name } },
    };
  if (rung === 'json_schema')
    return {
      ...base,
      response_format: { type: 'json_schema', json_schema: { name: shape.name, schema: shape.schema, strict: false } },
    };
  if (rung === 'json_object') return { ...base, response_format: { type: 'json_object' } };
  return base;
}

/** Reads a completion as loosely as servers write it; exported because recorded exchanges are read the same way. */
export function readCompletion(body: unknown, rung: Rung): ChatResult {
  const parsed = completion.safeParse(body);
  const choice = parsed.success ? parsed.data.choices[0] : undefined;
  if (!parsed.success || !choice) return { text: '', cutOff: false, tokens: null };
  const { message, finish_reason: finished } = choice;
  const given = message.tool_calls?.[0]?.function.arguments;
  const called = typeof given === 'string' ? given : given ? JSON.stringify(given) : '';
  return {
    text: (rung === 'tool' && called) || message.content || called,
    cutOff: finished === 'length',
    tokens: parsed.data.usage?.total_tokens ?? null,
  };
}

export function createChatClient(options: ChatOptions): ChatClient {
  // Loaded when the first question needs it: the package alone takes a fifth of a second.
  let loaded: Promise<typeof import('openai')> | undefined;
  return {
    async complete(call) {
      loaded ??= import('openai');
      const { default: OpenAI, APIError, APIConnectionError } = await loaded;
      const client = new OpenAI({ baseURL: options.baseUrl, apiKey: options.apiKey || 'none', maxRetries: 0 });
      // Timers take whole milliseconds.
      const timeout = Math.max(1, Math.floor(call.timeoutMs));
      try {
        // The body is ours to the last field: what a server does not know it must not be sent.
        const answer = await client.post('/chat/completions', {
          body: bodyOf(options, call),
          timeout,
          signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(call.signal ? [call.signal] : [])]),
        });
        return readCompletion(answer, call.rung);
      } catch (cause) {
        if (cause instanceof APIConnectionError)
          throw new ChatFailure('down', 'the language model cannot be reached', cause);
        if (cause instanceof APIError && cause.status !== undefined) {
          if (cause.status === 429 || cause.status >= 500)
            throw new ChatFailure('busy', `the language model answered ${cause.status}`, cause);
          throw new ChatFailure('unsupported', `the language model answered ${cause.status}`, cause);
        }
        throw new ChatFailure('down', 'the language model did not answer in time or not in JSON', cause);
      }
    },
  };
}
