import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Role } from '#domain/principal.ts';
import { createMcpServer } from '#mcp/server.ts';
import { ask } from '#src/cli/ask.ts';
import { openAsking, whomToAsk } from '#src/cli/asking.ts';
import { main } from '#src/cli/main.ts';
import { toldText } from '#src/cli/reply-text.ts';
import { dataFiles, packageRoot, readConfig } from '#src/config.ts';
import { type RunningService, startService } from '#src/server.ts';

let folder: string;
let running: RunningService;
const keyFor = (...roles: Role[]) =>
  running.service.keys.create({ tenant: 'default', roles, note: 'test', now: Date.now(), random: randomBytes }).key;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-asking-'));
  running = await startService({ ...readConfig({}), dataFolder: folder, port: 0 }, () => {});
  const body = JSON.parse(readFileSync(join(packageRoot, 'test/golden/readme-request.json'), 'utf8'));
  const decided = await fetch(`${running.url}/v1/recommendations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keyFor('orchestrator')}`,
      'content-type': 'application/json',
      'idempotency-key': 'one',
    },
    body: JSON.stringify(body),
  });
  expect(decided.status).toBe(200);
}, 60_000);
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

async function run(args: readonly string[], env: Record<string, string> = {}, columns?: number) {
  for (const name of ['FAIRLEAD_URL', 'FAIRLEAD_KEY', 'FAIRLEAD_HOME', 'FAIRLEAD_ZONE']) vi.stubEnv(name, env[name]);
  const said = { out: '', err: '' };
  const terminal = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    interactive: false,
    columns,
  };
  return { code: await main(args as string[], terminal), ...said };
}

const leafAt = (index: number) =>
  JSON.parse(
    running.service.store.sqlite
      .prepare('SELECT CAST(leaf AS TEXT) FROM audit_leaves WHERE leaf_index = ?')
      .pluck()
      .get(index) as string,
  );

const WHY = 'why was order SO-48213 sourced like this?';

describe('fairlead ask', () => {
  it('asks a service by --url: the answer is a leaf of the log, by the key, with a receipt', async () => {
    const key = keyFor('planner');
    const { code, out } = await run(['ask', WHY, '--json', '--url', running.url, '--key', key]);
    expect(code).toBe(0);
    const told = JSON.parse(out);
    expect(leafAt(told.log.index)).toMatchObject({
      type: 'answered-question',
      outcome: 'answered',
      actor: `key:${key.split('_')[1]}`,
    });
    const get = () => fetch(running.url + told.log.receipt, { headers: { authorization: `Bearer ${key}` } });
    await vi.waitFor(async () => expect((await get()).status).toBe(200), { timeout: 5_000 });
    expect(await (await get()).text()).toMatch(new RegExp(`^c2sp.org/tlog-proof@v1\\nindex ${told.log.index}\\n`));
  });

  it('finds the service of the data folder where there is a key, and says that it logged', async () => {
    const { code, out } = await run(['ask', WHY, '--data', folder], { FAIRLEAD_KEY: keyFor('planner') });
    expect(code).toBe(0);
    expect(out).toMatch(/\(logged as fairlead\.local\/default\/\d{4}#\d+, receipt \/v1\/audit\/\d{4}\/receipt\/\d+\)/);
  });

  it('reads the database without a key, and says that it did not log', async () => {
    const leaves = () => running.service.store.sqlite.prepare('SELECT count(*) FROM audit_leaves').pluck().get();
    const before = leaves();
    const { code, out } = await run(['ask', WHY, '--data', folder]);
    expect(code).toBe(0);
    expect(out).toContain(`(not logged: the database was read; with FAIRLEAD_KEY set, the service at ${running.url}`);
    const json = await run(['ask', WHY, '--db', dataFiles(folder).store, '--json'], { FAIRLEAD_KEY: 'pk_a_b' });
    expect(JSON.parse(json.out)).toMatchObject({ kind: 'answer', log: null });
    expect(leaves()).toBe(before);
  });

  it('follows questions up through the service', async () => {
    const env = { FAIRLEAD_URL: running.url, FAIRLEAD_KEY: keyFor('planner') };
    const { out } = await run(['ask', WHY, 'and what are the alternatives?', '--json'], env);
    const plans = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(plans.map(({ plan }) => plan)).toEqual(['why-order', 'order-alternatives']);
    expect(plans[1].parameters).toEqual({ orderId: 'SO-48213' });
  });

  it('says where no service answers, which key is wrong, and which options contradict each other', async () => {
    const key = keyFor('planner');
    const silent = await run(['ask', WHY, '--url', 'http://127.0.0.1:9', '--key', key]);
    expect([silent.code, silent.err]).toEqual([3, expect.stringContaining('http://127.0.0.1:9')]);
    const wrong = await run(['ask', WHY, '--url', running.url, '--key', 'pk_no_no']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('answered 401')]);
    expect((await run(['ask', WHY, '--url', running.url])).err).toContain('FAIRLEAD_KEY');
    expect((await run(['ask', WHY, '--url', running.url, '--key', key, '--roles', 'admin'])).err).toContain('--roles');
    expect((await run(['ask', WHY, '--data', join(folder, 'none')])).code).toBe(3);
    expect((await run(['ask', WHY, '--data', folder, '--zone', 'Mars'])).err).toContain('`Mars`');
  });

  it('shows each time with its zone: that of --zone, else of FAIRLEAD_ZONE', async () => {
    const asked = ['ask', 'show order SO-48213', '--data', folder];
    const times = (text: string) => text.match(/\d{4}-\d\d-\d\d \d\d:\d\d(?: UTC[+\d:]*)?/g) ?? [];
    const tokyo = times((await run([...asked, '--zone', 'Asia/Tokyo'], { FAIRLEAD_ZONE: 'UTC' })).out);
    expect(tokyo.length).toBeGreaterThan(0);
    for (const time of tokyo) expect(time).toMatch(/ UTC\+9$/);
    for (const time of times((await run(asked, { FAIRLEAD_ZONE: 'Asia/Kathmandu' })).out))
      expect(time).toMatch(/ UTC\+5:45$/);
  });

  it('draws in a terminal, or where --plot asks for it', async () => {
    const asked = ['ask', 'what does SO-48213 cost?', '--data', folder];
    expect((await run(asked)).out).not.toContain('█');
    const drawn = (await run(asked, {}, 70)).out;
    expect(drawn).toMatch(/shipping +█+/);
    for (const line of drawn.split('\n').filter((one) => one.includes('█')))
      expect(line.length).toBeLessThanOrEqual(70);
    expect((await run([...asked, '--plot'])).out).toContain('█');
    expect(ask.usage).toContain('--plot');
  });

  it('takes the folder for one without a service once that has ended', async () => {
    const own = mkdtempSync(join(tmpdir(), 'fairlead-ended-'));
    const second = await startService({ ...readConfig({}), dataFolder: own, port: 0 }, () => {});
    const whom = () => whomToAsk({ data: own }, readConfig({}), { FAIRLEAD_KEY: 'pk_a_b' });
    expect(whom()).toMatchObject({ service: { url: second.url } });
    await second.stop();
    expect(whom()).toMatchObject({ unlogged: expect.stringContaining('no service runs') });
    rmSync(own, { recursive: true });
  });
});

describe('fairlead mcp', () => {
  async function connected(options: Parameters<typeof openAsking>[0]) {
    for (const name of ['FAIRLEAD_URL', 'FAIRLEAD_KEY']) vi.stubEnv(name, undefined);
    const asking = openAsking(options, readConfig({}), Date.now);
    const server = await createMcpServer({ asking, version: '0', show: (told) => toldText(told, asking.unlogged) });
    const client = new Client({ name: 'test', version: '0' });
    const [a, b] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(a), client.connect(b)]);
    const close = async () => {
      await client.close();
      asking.close();
    };
    return { client, close };
  }

  it('has the plans that the roles may ask as read-only tools, over a service and over a database', async () => {
    const over = [{ url: running.url, key: keyFor('planner') }, { data: folder }];
    const [remote, local] = await Promise.all(
      over.map(async (options) => {
        const { client, close } = await connected(options);
        const { tools } = await client.listTools();
        await close();
        return tools;
      }),
    );
    expect(remote!.map(({ name }) => name)).toEqual(local!.map(({ name }) => name));
    expect(remote!.length).toBeGreaterThan(25);
    expect(remote!.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    const orchestrator = await connected({ url: running.url, key: keyFor('orchestrator') });
    expect((await orchestrator.client.listTools()).tools.length).toBeLessThan(remote!.length);
    await orchestrator.close();
  });

  it('answers with citations and the place on the log, by plan and in words', async () => {
    const { client, close } = await connected({ url: running.url, key: keyFor('planner') });
    const calls = [
      { name: 'why-order', arguments: { orderId: 'SO-48213' } },
      { name: 'ask', arguments: { question: WHY } },
    ];
    for (const call of calls) {
      const { content, structuredContent } = (await client.callTool(call)) as unknown as {
        content: { text: string }[];
        structuredContent: { citations: { receipt: string }[]; log: { index: number; receipt: string } };
      };
      expect(content[0]!.text).toMatch(/\[1\] fairlead\.local.*receipt \/v1\/decisions\//);
      expect(content[0]!.text).toContain(`receipt ${structuredContent.log.receipt}`);
      expect(structuredContent.citations[0]!.receipt).toMatch(/^\/v1\/decisions\//);
      expect(leafAt(structuredContent.log.index)).toMatchObject({ type: 'answered-question', outcome: 'answered' });
    }
    await close();
  });

  it('says of a database that nothing was logged, and of a service that is gone that it is', async () => {
    const local = await connected({ data: folder });
    const read = (await local.client.callTool({ name: 'policy-rules', arguments: {} })) as unknown as {
      content: { text: string }[];
      structuredContent: { log: null };
    };
    expect(read.content[0]!.text).toMatch(/rules in force.*not logged/s);
    expect(read.structuredContent.log).toBeNull();
    await local.close();
    const own = mkdtempSync(join(tmpdir(), 'fairlead-gone-'));
    const second = await startService({ ...readConfig({}), dataFolder: own, port: 0 }, () => {});
    const { client, close } = await connected({ url: second.url, key: second.firstKey! });
    await second.stop();
    const gone = await client.callTool({ name: 'count-orders', arguments: {} });
    expect(gone).toMatchObject({ isError: true, content: [{ text: expect.stringContaining(second.url) }] });
    await close();
    rmSync(own, { recursive: true });
  });
});

describe('fairlead reasons', () => {
  const here = (...args: string[]) => run(['reasons', ...args, '--data', folder, '--zone', 'Europe/Paris']);

  it('prints costs and what moves the risks, of an order or a decision', async () => {
    const { code, out } = await here('SO-48213');
    expect(code).toBe(0);
    for (const text of ['sourced in full on', 'UTC+1', 'total', '23.61 EUR', 'log odds', 'points'])
      expect(out).toContain(text);
    const { decision } = JSON.parse((await here('SO-48213', '--json')).out);
    expect((await here(decision.decisionId)).out).toBe(out);
    // Every cost term of the plan is there, to the cent.
    for (const cost of Object.values<number>(decision.chosen.costs).filter((one) => one !== 0))
      expect(out).toContain(`${(cost / 100).toFixed(2)} EUR`);
  });

  it('has of a service what it has of the database', async () => {
    const env = { FAIRLEAD_URL: running.url, FAIRLEAD_KEY: keyFor('planner') };
    const there = await run(['reasons', 'SO-48213', '--zone', 'Europe/Paris'], env);
    expect(there.out).toBe((await here('SO-48213')).out);
    expect((await run(['reasons', 'SO-1'], env)).err).toContain('404');
  });

  it('says what is not there, and what it expects', async () => {
    const unknown = await here('SO-1');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('`SO-1`')]);
    expect((await here()).code).toBe(2);
  });
});
