import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerTable } from '#src/cli/answer-table.ts';
import { table } from '#src/cli/table.ts';
import { packageRoot } from '#src/config.ts';
import type { Answer } from '#src/wire/answer.ts';
import { buildCli } from './built.ts';

const README_REQUEST = join(packageRoot, 'test/golden/readme-request.json');
let cli: ReturnType<typeof buildCli>;
let folder: string;
beforeAll(() => {
  cli = buildCli();
  folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
});
afterAll(() => {
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A service on a free port, once it says that it is ready. */
async function serveIn(data: string): Promise<{ url: string; key: string; stop: () => Promise<number | null> }> {
  const child = cli.start(['serve', '--port', '0', '--data', data]);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('ready at') && out.endsWith('\n')) resolve();
    });
    child.once('close', (code) => reject(new Error(`serve ended with ${code}: ${out}`)));
  });
  const stop = () =>
    new Promise<number | null>((resolve) => {
      child.once('close', resolve);
      child.kill('SIGTERM');
    });
  return { url: /http:\/\/[\d.:]+/.exec(out)![0], key: /pk_\S+/.exec(out)?.[0] ?? '', stop };
}

describe('fairlead, from the folder /', () => {
  it('shows its commands, and refuses one it does not have', async () => {
    const help = await cli.run(['help']);
    expect(help.code).toBe(0);
    for (const name of ['serve', 'demo', 'recommend', 'keys']) expect(help.out).toContain(name);
    expect((await cli.run(['audit', 'verify', '--help'])).out).toContain('--since');
    expect((await cli.run(['policy', 'activate', '--help'])).out).toContain('--approved-by');
    expect((await cli.run(['nonsense'])).code).toBe(2);
    expect((await cli.run(['serve', '--port', 'abc'])).err).toContain('FAIRLEAD_PORT');
    expect((await cli.run(['serve', '--nonsense'])).code).toBe(2);
  });

  it('lists the models that `serve` would load', async () => {
    const listed = await cli.run(['models', 'list', '--json']);
    expect(listed.code).toBe(0);
    const champions = JSON.parse(listed.out).filter(({ aliases }: { aliases: string[] }) =>
      aliases.includes('champion'),
    );
    expect(champions.map(({ task }: { task: string }) => task).sort()).toEqual(['delay', 'split', 'stockout']);
  });

  it('decides the request of the README', async () => {
    const shown = await cli.run(['recommend', README_REQUEST]);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('SO-48213');
    const { code, out } = await cli.run(['recommend', '-', '--json'], {}, readFileSync(README_REQUEST, 'utf8'));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      orderId: 'SO-48213',
      status: 'FULLY_SOURCED',
      suggested: { outcomes: [] },
    });
  });

  it('says what is wrong with a request, and ends with 2', async () => {
    const body = JSON.parse(readFileSync(README_REQUEST, 'utf8'));
    body.order.lines[0].orderedQty = -4;
    const wrong = await cli.run(['recommend', '-'], {}, JSON.stringify(body));
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.err).errors[0]).toMatchObject({ path: '/order/lines/0/orderedQty', found: '`-4`' });
    expect((await cli.run(['recommend', '/nowhere.json'])).code).toBe(2);
    expect((await cli.run(['recommend', '-'], {}, '{')).code).toBe(2);
    expect((await cli.run(['recommend'])).code).toBe(2);
  });

  it('serves, prints one admin key once, makes and revokes keys beside it, and stops gracefully', async () => {
    const data = join(folder, 'served');
    const first = await serveIn(data);
    expect(first.key).toMatch(/^pk_/);
    const get = (key: string, path: string) => fetch(first.url + path, { headers: { authorization: `Bearer ${key}` } });
    const answered = await get(first.key, '/v1/keys');
    expect(answered.status).toBe(200);
    expect(answered.headers.get('traceparent')).not.toMatch(/^00-0{32}/);
    const made = await cli.run(['keys', 'create', '--roles', 'planner', '--note', 'desk 4', '--data', data]);
    const planner = made.out.trim();
    expect((await get(planner, '/v1/decisions')).status).toBe(200);
    const listed = await cli.run(['keys', 'list', '--data', data]);
    expect(listed.out).toContain('desk 4');
    // A secret may itself have, or begin with, an underscore.
    expect(listed.out).not.toContain(/^pk_[^_]+_(.+)$/.exec(planner)![1]);
    expect((await cli.run(['keys', 'revoke', planner.split('_')[1]!, '--data', data])).code).toBe(0);
    expect((await get(planner, '/v1/decisions')).status).toBe(401);
    expect((await cli.run(['keys', 'create', '--roles', 'king', '--data', data])).err).toContain('`king`');
    expect((await cli.run(['keys', 'list', '--data', join(folder, 'none')])).code).toBe(2);
    expect(await first.stop()).toBe(0);

    const second = await serveIn(data);
    expect(second.key).toBe('');
    expect(await second.stop()).toBe(0);
  });

  it('refuses a port and a data folder that are taken', async () => {
    const running = await serveIn(join(folder, 'one'));
    const port = new URL(running.url).port;
    const refused = await cli.run(['serve', '--port', port, '--data', join(folder, 'two')]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('cannot listen');
    const second = await cli.run(['serve', '--port', '0', '--data', join(folder, 'one')]);
    expect(second.code).toBe(2);
    expect(second.err).toContain(`\`${join(folder, 'one')}\`, at ${running.url} (process `);
    await running.stop();
  });

  it('names each task without a model, and a service that was killed leaves its data folder free', async () => {
    const data = join(folder, 'killed');
    const child = cli.start(['serve', '--port', '0', '--data', data, '--models', join(folder, 'nowhere')]);
    let err = '';
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk) => {
        err += chunk;
        if (err.split('\n').length > 3) resolve();
      }),
    );
    for (const task of ['stockout', 'delay', 'split']) expect(err).toContain(`no ${task} model is in force`);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    const again = await serveIn(data);
    expect(await again.stop()).toBe(0);
  });

  it('demo --once prints the table a planner reads and ends', async () => {
    const { code, out, err } = await cli.run([
      'demo',
      '--once',
      '--orders',
      '12',
      '--data',
      join(folder, 'demo'),
      '--port',
      '0',
    ]);
    expect(err).toContain('sending orders: 12');
    expect(code).toBe(0);
    for (const name of ['order', 'decision', 'nodes', 'cost to serve', 'stockout', 'late', 'split', 'guard', 'why'])
      expect(out).toContain(name);
    expect(out.match(/^DEMO-\d{4} /gm)).toHaveLength(12);
    expect(out).toContain('12 orders, median');
  }, 120_000);
});

describe('tables', () => {
  it('pads to the widest cell and puts numbers to the right', () => {
    expect(
      table(
        ['a', 'n'],
        [
          ['long', '1'],
          ['x', '12'],
        ],
      ),
    ).toBe('a      n\n----  --\nlong   1\nx     12\n');
  });

  it('gives a shipment a line of its own, and says below a row what it is about', () => {
    const shipments = [
      { nodeId: 'DC-A', carrierService: 'GROUND' },
      { nodeId: 'DC-B', carrierService: 'AIR' },
    ];
    const costs = { shipping: 900, shortLine: 300, total: 1200 };
    const answer = {
      orderId: 'SO-1',
      status: 'PARTIALLY_SOURCED',
      chosen: { shipments, costs, risks: { stockout: 0.5, delay: null, split: 0 } },
      suggested: { outcomes: [], saving: -150 },
      degraded: [],
      guard: [],
    } as unknown as Answer;
    const lines = answerTable([{ answer, currency: 'EUR' }])
      .split('\n')
      .map((line) => line.trim());
    expect(lines[2]).toMatch(/^SO-1 +PARTIALLY_SOURCED +DC-A GROUND +12.00 EUR +50% +- +0% +allowed$/);
    expect(lines.slice(3, 5)).toEqual([
      'DC-B AIR',
      "why: 1.50 EUR more than the ERP's plan; shipping 9.00 EUR, lines left short 3.00 EUR",
    ]);
  });

  it('names the node that came nearest where no plan was found', () => {
    const reason = { code: 'INSUFFICIENT_ATP', threshold: 5, unit: 'units', subject: 'I-1' };
    const rejected = [2, 4].map((value) => ({ nodeIds: [`DC-${value}`], reasons: [{ ...reason, value }] }));
    const answer = {
      orderId: 'SO-1',
      status: 'NOT_SOURCED',
      chosen: null,
      suggested: null,
      degraded: [],
      guard: [],
      rejected,
    };
    const text = answerTable([{ answer: answer as unknown as Answer, currency: 'EUR' }]);
    expect(text).toContain('of I-1 4 can be promised at DC-4');
    expect(text).not.toContain('allowed');
  });

  it('says why an order ships nothing and what would change that', () => {
    const relaxation = { text: 'freight cap +6.20 EUR' };
    const answer = {
      orderId: 'SO-1',
      status: 'EXCEPTION',
      flags: [],
      chosen: null,
      suggested: null,
      degraded: [],
      reasonCodes: ['COST_THRESHOLD'],
      guard: [{ ruleId: 'freight-ceiling', verdict: 'DENY', message: 'freight is 26.20 EUR', relaxation }],
    } as unknown as Answer;
    const text = answerTable([{ answer, currency: 'EUR' }]);
    expect(text).toContain('denied by freight-ceiling');
    expect(text).toContain('freight is 26.20 EUR; would do: freight cap +6.20 EUR');
  });
});
