import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { readConfig } from '#src/config.ts';
import type { RecommendationBody } from '#src/request.ts';
import type { Answer } from '#src/wire/answer.ts';
import type { CloudEvent } from '#world/events.ts';
import { type RunningService, startService } from '../server.ts';
import { answerTable, type Shown } from './answer-table.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { progressBar } from './progress.ts';
import { untilSignal } from './serve.ts';

const EVENTS_A_REQUEST = 1000;

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new DomainError('usage', `--${name}: found \`${text}\`, expected a whole number from ${least} to ${most}`);
}

/** What an orchestrator is: somebody with a key who speaks HTTP. */
function clientOf(url: string, key: string) {
  return async (path: string, body: unknown, idempotencyKey: string): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { detail?: string };
    if (!response.ok) throw new DomainError('conflict', `${path} answered ${response.status}: ${answer.detail}`);
    return answer;
  };
}

async function sendEvents(events: readonly CloudEvent[], send: ReturnType<typeof clientOf>, terminal: Terminal) {
  const bar = progressBar(terminal, 'telling the service about its world', events.length);
  for (let from = 0; from < events.length; from += EVENTS_A_REQUEST) {
    await send('/v1/events', events.slice(from, from + EVENTS_A_REQUEST), `events-${from}`);
    bar(Math.min(events.length, from + EVENTS_A_REQUEST));
  }
}

async function sendOrders(
  orders: readonly RecommendationBody[],
  send: ReturnType<typeof clientOf>,
  terminal: Terminal,
) {
  const bar = progressBar(terminal, 'sending orders', orders.length);
  const rows: Shown[] = [];
  const millis: number[] = [];
  for (const [index, body] of orders.entries()) {
    const begun = performance.now();
    const answer = (await send('/v1/recommendations', body, body.order.orderId)) as Answer;
    millis.push(performance.now() - begun);
    rows.push({ answer, currency: body.order.currency });
    bar(index + 1);
  }
  return { rows, medianMs: millis.sort((a, b) => a - b)[Math.floor(millis.length / 2)] ?? 0 };
}

function summary(rows: readonly Shown[], medianMs: number): string {
  const count = (keep: (answer: Answer) => boolean) => rows.filter(({ answer }) => keep(answer)).length;
  // Where the guard forbids the ERP's own choice, what it would have cost is no saving.
  const permitted = rows.filter(({ answer }) => !answer.suggested?.outcomes.some(({ verdict }) => verdict === 'DENY'));
  const saving = permitted.reduce((sum, { answer }) => sum + (answer.suggested?.saving ?? 0), 0);
  return [
    'stockout: what is left cannot cover the demand within the lead time; late: after the promise; split: in more shipments than planned',
    `${rows.length} orders, median ${medianMs.toFixed(1)} ms from request to answer with the leaf on disk`,
    `${count(({ status }) => status === 'FULLY_SOURCED')} fully sourced, ${count(({ status }) => status === 'PARTIALLY_SOURCED')} in part, ` +
      `${count(({ exception }) => exception !== null)} for a person, ${count(({ flags }) => flags.includes('CLAMPED'))} clamped`,
    `expected cost to serve ${(saving / 100).toFixed(2)} ${rows[0]?.currency ?? ''} below the ERP's own choices, where these were permitted`,
    '',
  ].join('\n');
}

function whereToLook({ url }: RunningService, key: string, folder: string, first: string, orderId: string): string {
  const header = `-H "Authorization: Bearer ${key}"`;
  return [
    `The service is up at ${url}; stop it with Ctrl-C. Its data is in ${folder}.`,
    `  API, for people     ${url}/docs`,
    `  one decision        curl ${header} ${url}/v1/decisions/${first}`,
    `  its receipt         curl ${header} ${url}/v1/decisions/${first}/receipt`,
    `  waiting for people  curl ${header} ${url}/v1/exceptions`,
    `  a question          FAIRLEAD_KEY=${key} npx fairlead ask "why was ${orderId} sourced like this?" --url ${url}`,
    `  all its reasons     FAIRLEAD_KEY=${key} npx fairlead reasons ${orderId} --url ${url}`,
    '',
  ].join('\n');
}

export const demo: Command = {
  summary: 'a seeded distributor: start the service, send orders, show what was decided',
  usage: `fairlead demo [--once] [--orders 40] [--seed 1] [--port <n>] [--data <folder>]
  --once  end after the table; otherwise the service stays up
  --port  @default 8080, or any that is free where it is taken
  --data  @default a new temporary folder`,
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        orders: { type: 'string', default: '40' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string' },
        data: { type: 'string' },
      },
    });
    const seed = wholeNumber('seed', values.seed, 0, 2 ** 31);
    const count = wholeNumber('orders', values.orders, 1, 10_000);
    terminal.err('a distributor lives its last three months...\n');
    const { demo: simulate } = await import('#training/simulation/demo.ts');
    const { events, orders } = simulate(seed, count, Date.now());

    const dataFolder = values.data ?? mkdtempSync(join(tmpdir(), 'fairlead-demo-'));
    const config = {
      ...readConfig({ ...process.env, ...(values.port && { FAIRLEAD_PORT: values.port }) }),
      dataFolder,
    };
    const start = (port: number) => startService({ ...config, port }, terminal.err);
    const running = await start(config.port).catch((error: unknown) => {
      if (values.port !== undefined || !(error instanceof DomainError) || error.code !== 'conflict') throw error;
      return start(0);
    });
    try {
      const keyFor = (...roles: Role[]) =>
        running.service.keys.create({
          tenant: config.tenant,
          roles,
          note: 'demo',
          now: Date.now(),
          random: randomBytes,
        }).key;
      const send = clientOf(running.url, keyFor('orchestrator', 'data'));
      await sendEvents(events, send, terminal);
      const { rows, medianMs } = await sendOrders(orders, send, terminal);
      terminal.out(`\n${answerTable(rows)}\n${summary(rows, medianMs)}`);
      if (values.once) return EXIT.ok;
      const { decisionId, orderId } = rows[0]!.answer;
      terminal.out(`\n${whereToLook(running, keyFor('planner', 'auditor'), dataFolder, decisionId, orderId)}`);
      if (running.firstKey) terminal.out(`  admin key, shown this once: ${running.firstKey}\n`);
      await untilSignal();
      return EXIT.ok;
    } finally {
      await running.stop();
    }
  },
};
