import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewLeaf } from '#audit/log.ts';
import { DomainError } from '#domain/problems.ts';
import { freshState, type LanguageModel } from '#explanation/language-model.ts';
import type { ChatCall, ChatResult } from '#explanation/llm-client.ts';
import { createApi, type Env } from '#routes/operation.ts';
import { problemOf, problemResponse } from '#routes/problem.ts';
import { questionRoutes } from '#routes/questions.ts';
import { packageRoot, readConfig } from '#src/config.ts';
import { createQuestionDesk } from '#src/server/question-desk.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { createReads } from '#src/server/reads.ts';
import { openService, type Service } from '#src/server/service.ts';
import { createApiKeys } from '#store/keys.ts';

let service: Service;
let server: ServerType;
let url: string;
let key: string;
let orchestratorKey: string;
/** What the language model was asked, and how the test answers it. */
let call: ChatCall | undefined;
let answer: (result: ChatResult) => void;
let wording: boolean;
let full: boolean;
const NOW = Date.parse('2026-11-24T10:00:00Z');
const { tenant } = readConfig({});
const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const leaves: NewLeaf[] = [];
const reported: unknown[] = [];
const state = freshState();

beforeAll(async () => {
  service = openService({ ...readConfig({}), dataFolder: ':memory:' }, { now: () => NOW, random, report: () => {} });
  const { store } = service;
  const model: LanguageModel = {
    client: {
      complete: (asked) => {
        call = asked;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    },
    budget: { tokens: 8_000, milliseconds: 20_000 },
    now: () => performance.now(),
    random: () => 0.5,
    sleep: async () => {},
    count: () => {},
    state,
  };
  const now = () => NOW + 600_000;
  const reading = {
    store,
    now,
    zone: 'UTC',
    policy: () => questionSources({ store, tenant, now: () => NOW, zone: 'UTC' }).policy()!,
  };
  const writing = {
    now,
    append: (added: readonly NewLeaf[]) => {
      if (full) throw new DomainError('not-ready', 'the disk is full');
      leaves.push(...added);
      return added.map(() => ({ origin: 'log.example/default/2026', index: leaves.length - 1 }));
    },
  };
  const deskWith = (spoken: LanguageModel | null) =>
    createQuestionDesk({ ...writing, reads: createReads({ ...reading, model: spoken }) });
  const desks = [deskWith(null), deskWith(model)] as const;
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set('traceId', 'trace');
    await next();
  });
  app.onError((error, c) => problemResponse(problemOf(error as DomainError, c.get('traceId'))));
  const keys = createApiKeys(store);
  key = keys.create({ tenant, roles: ['planner'], note: '', now: NOW, random }).key;
  orchestratorKey = keys.create({ tenant, roles: ['orchestrator'], note: '', now: NOW, random }).key;
  const decided = await service.app.request('/v1/recommendations', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${orchestratorKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'one',
    },
    body: readFileSync(join(packageRoot, 'test/golden/readme-request.json')),
  });
  expect(decided.status).toBe(200);
  questionRoutes(createApi(app, keys, { limiter: null, now: () => NOW }), {
    questions: {
      ...desks[0],
      ask: (...asked) => desks[wording ? 1 : 0].ask(...asked),
    },
    report: (error) => reported.push(error),
    heartbeatMs: 20,
  });
  server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/questions`;
}, 60_000);
afterAll(() => {
  server?.close();
  service?.close();
});
beforeEach(() => {
  call = undefined;
  wording = true;
  full = false;
  leaves.length = 0;
  reported.length = 0;
});

const BODY = { question: 'why was order SO-48213 sourced like this?' };
const PLANNED = { plan: 'why-order', parameters: { orderId: 'SO-48213' } };

function post(body: unknown, accept: string, signal?: AbortSignal) {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

async function json(body: unknown) {
  return (await (await post(body, 'application/json')).json()) as Record<string, unknown>;
}

/** The stream as it comes in; `until` waits for a text in it. */
async function opened(body: unknown = BODY) {
  const leave = new AbortController();
  const response = await post(body, 'text/event-stream', leave.signal);
  expect(response.headers.get('content-type')).toMatch(/event-stream/);
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })().catch(() => {});
  return {
    until: (wanted: string | RegExp) => vi.waitFor(() => expect(text).toMatch(wanted), { timeout: 5_000 }),
    events: () => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name),
    data: (name: string) => JSON.parse(new RegExp(`^event: ${name}\\ndata: (.*)$`, 'm').exec(text)![1]!),
    leave: () => leave.abort(),
    ended,
  };
}

/** What the model was sent, sent back: the template's own sentences. */
const honest = (): ChatResult => ({
  text: JSON.stringify({ text: call!.messages.at(-1)!.content.replaceAll('\n', ' ') }),
  cutOff: false,
  tokens: 50,
});

describe('POST /v1/questions as a stream', () => {
  it('tells plan and rows while the model is still at work, keeps alive, then the checked sentences', async () => {
    const stream = await opened();
    await stream.until(/event: rows/);
    await stream.until(/: still at work/);
    expect(stream.events()).toEqual(['plan', 'rows']);
    expect(stream.data('plan')).toEqual(PLANNED);
    expect(stream.data('rows').table.rows.length).toBeGreaterThan(1);
    answer(honest());
    await stream.ended;
    const done = stream.data('done');
    expect(stream.events()).toEqual(['plan', 'rows', ...done.sentences.map(() => 'sentence'), 'done']);
    expect(done).toMatchObject({ frontEnd: 'llm', log: { index: 0, receipt: '/v1/audit/2026/receipt/0' } });
    expect(leaves).toHaveLength(1);
  });

  it('tells no sentence of a model that says more than the rows do', async () => {
    const stream = await opened();
    await stream.until(/event: rows/);
    answer({ text: JSON.stringify({ text: 'There were 4711 orders. [1]' }), cutOff: false, tokens: 50 });
    await stream.ended;
    expect(JSON.stringify(stream.data('done'))).not.toContain('4711');
    expect(stream.data('done')).toMatchObject({ frontEnd: 'grammar', degraded: true });
  });

  it('stops the model when the caller leaves, holds nothing against it, and logs what was told', async () => {
    const stream = await opened();
    await stream.until(/event: rows/);
    expect(call!.signal!.aborted).toBe(false);
    stream.leave();
    await vi.waitFor(() => expect(call!.signal!.aborted).toBe(true), { timeout: 5_000 });
    await vi.waitFor(() => expect(leaves).toHaveLength(1), { timeout: 5_000 });
    expect(state.failures).toBe(0);
    expect(reported).toEqual([]);
  });

  it('logs nothing for a caller who left before anything was told', async () => {
    const leave = new AbortController();
    const response = post(BODY, 'application/json', leave.signal).catch(() => {});
    await vi.waitFor(() => expect(call).toBeDefined(), { timeout: 5_000 });
    leave.abort();
    await vi.waitFor(() => expect(call!.signal!.aborted).toBe(true), { timeout: 5_000 });
    await response;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(leaves).toEqual([]);
  });

  it('without a model has the same stages, each told once the answer is on the log', async () => {
    wording = false;
    const stream = await opened();
    await stream.ended;
    const done = stream.data('done');
    expect(stream.events()).toEqual(['plan', 'rows', ...done.sentences.map(() => 'sentence'), 'done']);
    const { log, ...told } = await json(BODY);
    expect({ ...done, log }).toEqual({ ...told, log });
  });

  it('of an abstention is the last event alone, of a failure a problem', async () => {
    wording = false;
    const abstained = await opened({ question: 'what is the weather in Lyon?' });
    await abstained.ended;
    expect(abstained.events()).toEqual(['done']);
    full = true;
    const failed = await opened();
    await failed.ended;
    expect(failed.events()).toEqual(['plan', 'problem']);
    expect(failed.data('problem')).toMatchObject({ type: '/problems/not-ready', status: 503 });
    expect(reported).toHaveLength(1);
  });
});

describe('POST /v1/questions with a plan', () => {
  it('answers what the same question in words does', async () => {
    wording = false;
    const { log, ...inWords } = await json(BODY);
    expect(await json(PLANNED)).toEqual({
      ...inWords,
      log: { ...(log as object), index: 1, receipt: expect.stringContaining('/1') },
    });
    expect(leaves).toHaveLength(2);
  });

  it('refuses a wrong parameter by its name, and both or neither of question and plan', async () => {
    expect(await json({ plan: 'count-orders', parameters: { top: 'x', condition: 'tall' } })).toMatchObject({
      status: 422,
      errors: expect.arrayContaining([expect.objectContaining({ path: '/parameters/condition', found: '`tall`' })]),
    });
    expect(await json({})).toMatchObject({ errors: [{ path: '/question' }] });
    expect(await json({ ...BODY, plan: 'count-orders' })).toMatchObject({ errors: [{ path: '/question' }] });
    expect(await json({ plan: 'no-plan' })).toMatchObject({ errors: [{ path: '/plan' }] });
  });

  it('abstains where the role may not ask it', async () => {
    const response = await service.app.request('/v1/questions', {
      method: 'POST',
      headers: { authorization: `Bearer ${orchestratorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ plan: 'model-accuracy', parameters: { task: 'delay' } }),
    });
    expect(await response.json()).toMatchObject({ kind: 'abstention', abstain: 'not_permitted' });
  });
});
