import type { ChildProcess } from 'node:child_process';
import Database from 'better-sqlite3';
import { dataFiles } from '#src/config.ts';
import type { RecommendationBody } from '#src/request.ts';
import type { Answer } from '#src/wire/answer.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from './two-nodes.ts';

export interface OversellOptions {
  /** Starts `fairlead serve` with these arguments. */
  readonly start: (args: readonly string[]) => ChildProcess;
  readonly folder: string;
  readonly clients: number;
  readonly ordersEach: number;
  /** How often the process is killed while clients wait for answers. */
  readonly kills: number;
  readonly stock: Readonly<Record<string, number>>;
}

export interface OversellResult {
  readonly kills: number;
  readonly acknowledged: number;
  /** Units that answers promised, per node. */
  readonly promised: Readonly<Record<string, number>>;
  /** Units that the store holds after the last start, per node. */
  readonly held: Readonly<Record<string, number>>;
  /** Answered decisions that are not on the log. */
  readonly lost: number;
  /** Leaves that do not follow on the one before. */
  readonly gaps: number;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly key: string;
}

async function serve({ start, folder }: OversellOptions): Promise<Running> {
  const child = start(['serve', '--port', '0', '--data', folder]);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk) => {
      out += chunk;
      if (out.includes('ready at') && out.endsWith('\n')) resolve();
    });
    child.once('close', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return { child, url: /http:\/\/[\d.:]+/.exec(out)![0], key: /pk_\S+/.exec(out)?.[0] ?? '' };
}

const kill = ({ child }: Running): Promise<void> =>
  new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });

function orderOf(client: number, index: number): RecommendationBody {
  const body = minimalBody();
  body.mode = 'hold';
  body.order.orderId = `SO-${client}-${index}`;
  body.order.lines[0]!.orderedQty = 1 + ((client + index) % 3);
  return body;
}

/**
 * Clients at once order far more than there is, while the process is killed and started again over the same folder;
 * who got no answer asks again under the same Idempotency-Key.
 */
export async function oversellRun(options: OversellOptions): Promise<OversellResult> {
  const { clients, ordersEach, kills, stock, folder } = options;
  let running = await serve(options);
  const key = running.key;
  const post = async (path: string, body: unknown, idempotencyKey: string): Promise<Response> =>
    fetch(running.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  const told = await post('/v1/events', twoNodes(Date.now() - 60_000, stock), 'events');
  if (!told.ok) throw new Error(await told.text());

  const answers: Answer[] = [];
  let open = clients;
  async function client(number: number): Promise<void> {
    for (let index = 0; index < ordersEach; index++) {
      for (;;) {
        try {
          const response = await post('/v1/recommendations', orderOf(number, index), `${number}-${index}`);
          if (response.status === 200) {
            answers.push((await response.json()) as Answer);
            break;
          }
          // In flight, or stopping: ask again.
          if (response.status !== 409 && response.status !== 503) throw new Error(await response.text());
        } catch (error) {
          if (!(error instanceof TypeError) && (error as Error).name !== 'TimeoutError') throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    open--;
  }

  let done = 0;
  async function killer(): Promise<void> {
    const total = clients * ordersEach;
    while (done < kills && open > 0) {
      const due = ((done + 1) * total) / (kills + 2);
      if (answers.length < due) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      await kill(running);
      running = await serve(options);
      done++;
    }
  }
  await Promise.all([killer(), ...Array.from({ length: clients }, (_, number) => client(number))]);
  await kill(running);
  return { kills: done, acknowledged: answers.length, ...count(answers, folder) };
}

function count(answers: readonly Answer[], folder: string): Omit<OversellResult, 'kills' | 'acknowledged'> {
  const promised: Record<string, number> = {};
  for (const { holds } of answers)
    for (const { nodeId, qty } of holds) promised[nodeId] = (promised[nodeId] ?? 0) + qty;
  const db = new Database(dataFiles(folder).store);
  const held = Object.fromEntries(
    db.prepare("select node_id, sum(qty) from reservations where state = 'HELD' group by node_id").raw().all() as [
      string,
      number,
    ][],
  );
  const logged = new Set(db.prepare('select decision_id from audit_leaves').pluck().all());
  const gaps = db.prepare('select max(leaf_index) + 1 - count(*) from audit_leaves').pluck().get() as number;
  db.close();
  return { promised, held, lost: answers.filter(({ decisionId }) => !logged.has(decisionId)).length, gaps };
}
