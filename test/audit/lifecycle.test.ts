import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier } from '#audit/note.ts';
import { verifyReceipt } from '#audit/receipt.ts';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from '../server/two-nodes.ts';
import { runAudit } from './run-audit.ts';

const NOW = Date.parse('2026-03-24T09:00:00Z');
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'audit-life-'));
const answers: Answer[] = [];

/** Two days of the service: three orders on the first, two on the second, each of a customer with personal data. */
beforeAll(async () => {
  const clock = { now: NOW };
  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const config = { ...readConfig({}), dataFolder: folder, modelsFolder: join(folder, 'no-models') };
  const report = (error: unknown) => expect.unreachable(String(error));
  const service = openService(config, { now: () => clock.now, random, report });
  const { key } = service.keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now: NOW, random });
  const post = (path: string, body: unknown) =>
    service.app.request(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': `k${draws++}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post('/v1/events', twoNodes(NOW))).status).toBe(202);
  for (let number = 0; number < 5; number++) {
    if (number === 3) clock.now += 2 * DAY;
    const body = minimalBody();
    const order = { ...body.order, orderId: `SO-${number}`, customerId: `C-${number % 2}` };
    const response = await post('/v1/recommendations', {
      ...body,
      mode: 'quote',
      order,
      personal: { name: 'Ada Lane' },
    });
    answers.push((await response.json()) as Answer);
    expect(response.status).toBe(200);
    service.tick();
  }
  const receipt = await service.app.request(`/v1/decisions/${answers[0]!.decisionId}/receipt`, {
    headers: { authorization: `Bearer ${key}` },
  });
  receipts.push(await receipt.text());
  service.close();
});
const receipts: string[] = [];
afterAll(() => rmSync(folder, { recursive: true }));

describe('the life of a decision', () => {
  it('begins with a receipt that the exported leaf and the printed key verify', async () => {
    const { out } = await runAudit('keys', '--data', folder);
    const verifiers = out.trim().split('\n').map(createVerifier);
    await runAudit('export', join(folder, 'tiles'), '--data', folder);
    const bundle = readFileSync(join(folder, 'tiles/default/2026/tile/entries/000.p/5'));
    const leaf = bundle.subarray(2, 2 + bundle.readUInt16BE(0));
    expect(JSON.parse(leaf.toString()).decisionId).toBe(answers[0]!.decisionId);
    expect(verifyReceipt(receipts[0]!, leaf, verifiers)).toBe(true);
  });

  it('is found by what it was about', async () => {
    const search = (...filters: string[]) => runAudit('search', '--data', folder, '--json', ...filters);
    const rowsOf = ({ out }: { out: string }) =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    expect(rowsOf(await search('--order', 'SO-2'))).toMatchObject([{ decisionId: answers[2]!.decisionId }]);
    expect(rowsOf(await search('--customer', 'C-0', '--mode', 'quote'))).toHaveLength(3);
    expect(rowsOf(await search('--from', new Date(NOW + DAY).toISOString()))).toHaveLength(2);
    expect((await search('--node', 'NOWHERE')).code).toBe(1);
    const plain = await runAudit('search', '--data', folder, '--limit', '2');
    expect(plain.out.split('\n')).toHaveLength(5);
    expect(plain.out).toContain('fairlead.local/default/2026#4');
  });

  it.each(['jsonl', 'csv', 'parquet'])('is exported as %s with a schema', async (format) => {
    const target = join(folder, format);
    expect((await runAudit('export', target, '--data', folder, '--format', format)).out).toContain('5 rows');
    const schema = JSON.parse(readFileSync(join(target, 'decisions.schema.json'), 'utf8'));
    expect(schema.properties.costTotal).toEqual({ type: ['integer', 'null'] });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const read = { jsonl: 'read_json', csv: 'read_csv', parquet: 'read_parquet' }[format];
    const result = await connection.runAndReadAll(
      `SELECT decisionId::VARCHAR, orderId FROM ${read}('${join(target, `decisions.${format}`)}') ORDER BY orderId`,
    );
    expect(result.getRows()).toEqual(answers.map(({ decisionId }, number) => [decisionId, `SO-${number}`]));
    connection.closeSync();
  });

  it('survives an erasure: the log verifies and every replay gives the same', async () => {
    const erased = await runAudit('erase', '--subject', 'C-0', '--data', folder);
    expect(erased).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^key destroyed; 3 decisions; logged as .+#5\n$/),
    });
    expect((await runAudit('erase', '--subject', 'C-0', '--data', folder)).code).toBe(1);
    expect((await runAudit('verify', folder)).code).toBe(0);
    const replayed = await runAudit('replay', '--all', '--data', folder);
    expect(replayed).toMatchObject({ code: 0, out: '5 the same, 0 different, 0 with expired evidence\n' });
  });

  it('ends with retention, which a legal hold stays', async () => {
    const retain = () => runAudit('retain', '--before', new Date(NOW + DAY).toISOString(), '--data', folder);
    const held = await runAudit('hold', '--order', 'SO-1', '--reason', 'claim 77', '--data', folder);
    const holdId = held.out.split(' ')[0]!;
    expect((await retain()).out).toMatch(
      /^removed \d+ pieces of evidence and 0 of personal data; 1 old decisions are held/,
    );
    expect((await runAudit('replay', '--all', '--data', folder)).out).toMatch(
      /3 the same, 0 different, 2 with expired/,
    );
    expect((await runAudit('hold', '--lift', holdId, '--reason', 'settled', '--data', folder)).code).toBe(0);
    expect((await retain()).out).toMatch(/and 1 of personal data; 0 old decisions/);
    expect((await runAudit('replay', '--all', '--data', folder)).out).toMatch(
      /2 the same, 0 different, 3 with expired/,
    );
    expect((await runAudit('verify', folder)).code).toBe(0);
    const events = (await runAudit('export', join(folder, 'last'), '--data', folder)).out;
    expect(events).toContain('11 leaves');
  });
});
