import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '#audit/canonical.ts';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { decisionRecordV1 } from '#audit/record.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { type Answer, answerSchema } from '#src/wire/answer.ts';
import { inlineBody, minimalBody } from '../request/example.ts';
import { testbed } from '../server/testbed.ts';

const PATH = '/v1/recommendations';
const answerIn = async (response: Response): Promise<Answer> => (await response.json()) as Answer;

describe('POST /v1/recommendations', () => {
  it('answers with a decision whose leaf and evidence are in the store', async () => {
    const { send, log, blobs } = testbed();
    const response = await send('POST', PATH, minimalBody());
    expect(response.status).toBe(200);
    const answer = await answerIn(response);
    expect(answerSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      orderId: 'SO-1001',
      status: 'FULLY_SOURCED',
      decidedAt: '2026-11-24T09:00:00.000Z',
      chosen: { shipments: [{ nodeId: 'DC-NORTH', eta: '2026-11-25T09:00:00.000Z' }] },
      log: { origin: 'log.example/acme/2026', index: 0 },
      degraded: [{ code: 'MODEL_UNAVAILABLE' }],
    });
    const leaf = JSON.parse(log.leafOfDecision(answer.decisionId)!.leaf.toString());
    const record = decisionRecordV1.parse(leaf);
    const evidence = blobs.readJson('acme', record.evidenceSha256) as EvidenceV1;
    expect(sha256Hex(canonicalBytes(evidence))).toBe(record.evidenceSha256);
    expect(sha256Hex(canonicalBytes(evidence.decision))).toBe(record.outputSha256);
    expect(sha256Hex(canonicalBytes(evidence.request.order))).toBe(record.input.factsSha256);
    expect(sha256Hex(canonicalBytes(evidence.features))).toBe(record.input.featuresSha256);
    expect(blobs.readSnapshot('acme', record.input.snapshotSha256)).toMatchObject({ source: 'world' });
  });

  it('keeps personal data out of leaf and evidence, and seals it under the key of its subject', async () => {
    const { send, store, log, subjectKeys } = testbed();
    const personal = { name: 'Ada Lovelace', notes: 'ring twice' };
    const answer = await answerIn(await send('POST', PATH, { ...minimalBody(), personal }));
    const leaf = log.leafOfDecision(answer.decisionId)!.leaf.toString();
    expect(leaf).not.toContain('Ada');
    expect(JSON.parse(leaf).input.personalHmac).toMatch(/^[0-9a-f]{64}$/);
    const row = store.sqlite.prepare('select subject, sealed from audit_personal').get() as {
      subject: string;
      sealed: Buffer;
    };
    expect(row.subject).toBe('C-17');
    expect(subjectKeys.unseal('acme', row.subject, row.sealed)).toEqual(personal);
  });

  it('repeats the stored answer for the same key and body, and decides once', async () => {
    const { send, log } = testbed();
    const headers = { 'idempotency-key': 'order-1' };
    const first = await send('POST', PATH, minimalBody(), headers);
    const again = await send('POST', PATH, minimalBody(), headers);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(log.heads()[0]!.size).toBe(1);
  });

  it('refuses a key that is missing, in flight, or used for another body', async () => {
    const { send } = testbed();
    const headers = { 'idempotency-key': 'order-1' };
    const missing = await send('POST', PATH, minimalBody(), { 'idempotency-key': '' });
    expect([missing.status, await missing.json()]).toMatchObject([400, { type: '/problems/missing-idempotency-key' }]);
    const both = await Promise.all([
      send('POST', PATH, minimalBody(), headers),
      send('POST', PATH, minimalBody(), headers),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const other = await send('POST', PATH, { ...minimalBody(), mode: 'shadow' }, headers);
    expect([other.status, await other.json()]).toMatchObject([422, { type: '/problems/idempotency-mismatch' }]);
  });

  it('writes the idempotency row in the transaction of its decision', async () => {
    const { send, store } = testbed({
      index: () => {
        throw new Error('the disk is full');
      },
    });
    const response = await send('POST', PATH, minimalBody());
    expect(response.status).toBe(503);
    for (const table of ['idempotency_keys', 'audit_leaves', 'audit_blobs', 'reservations'])
      expect(store.sqlite.prepare(`select count(*) from ${table}`).pluck().get()).toBe(0);
  });

  it('answers 503 and holds nothing when the log cannot be written, and works again afterwards', async () => {
    let broken = true;
    const { send, log, store } = testbed({
      index: () => {
        if (broken) throw new Error('the disk is full');
      },
    });
    const hold = { ...minimalBody(), mode: 'hold' };
    const other = { ...hold, order: { ...hold.order, orderId: 'SO-2' } };
    const failed = await Promise.all([send('POST', PATH, hold), send('POST', PATH, other)]);
    expect(failed.map(({ status }) => status)).toEqual([503, 503]);
    expect(await failed[0]!.json()).toMatchObject({ type: '/problems/log-unavailable' });
    expect(store.sqlite.prepare('select count(*) from reservations').pluck().get()).toBe(0);
    broken = false;
    expect((await send('POST', PATH, hold)).status).toBe(200);
    expect(log.heads()[0]!.size).toBe(1);
  });

  it('gives the last units to exactly one of many orders at once', async () => {
    const { send } = testbed();
    const body = minimalBody();
    body.mode = 'hold';
    body.order.lines[0]!.orderedQty = 60; // DC-NORTH has 80 to promise, DC-SOUTH 12
    const orders = Array.from({ length: 12 }, (_, nth) => ({
      ...body,
      order: { ...body.order, orderId: `SO-${nth}` },
    }));
    const responses = await Promise.all(orders.map((order) => send('POST', PATH, order)));
    const answers = await Promise.all(responses.map(answerIn));
    expect(answers.filter(({ status }) => status === 'FULLY_SOURCED')).toHaveLength(1);
    expect(answers.flatMap(({ holds }) => holds)).toHaveLength(1);
  });

  it('takes a decision again only for the same order, and only once', async () => {
    const { send } = testbed();
    const first = await answerIn(await send('POST', PATH, { ...minimalBody(), mode: 'hold' }));
    const again = { ...minimalBody(), mode: 'hold', supersedes: first.decisionId };
    // A quote asks what would be, and a shadow could not give the units back.
    expect((await send('POST', PATH, { ...again, mode: 'quote' })).status).toBe(200);
    expect((await send('POST', PATH, { ...again, mode: 'shadow' })).status).toBe(409);
    expect(await answerIn(await send('POST', PATH, again))).toMatchObject({ supersedes: first.decisionId });
    expect((await send('POST', PATH, again)).status).toBe(409);
    const other = { ...again, order: { ...again.order, orderId: 'SO-2' } };
    expect((await send('POST', PATH, other)).status).toBe(422);
  });

  it('decides over a snapshot in the request, but holds nothing there', async () => {
    const { send } = testbed();
    expect((await send('POST', PATH, inlineBody())).status).toBe(200);
    const held = await send('POST', PATH, { ...inlineBody(), mode: 'hold' });
    expect([held.status, await held.json()]).toMatchObject([422, { detail: expect.stringContaining('/snapshot') }]);
  });
});

describe('POST /v1/recommendations/batch', () => {
  const orders = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const body = minimalBody();
      body.order.orderId = `SO-${index}`;
      return body;
    });

  it('decides every order in turn and names what is wrong with one', async () => {
    const { send, log } = testbed();
    const requests = orders(45);
    requests[7]!.order.lines[0]!.itemId = 'I-404';
    const response = await send('POST', `${PATH}/batch`, { requests });
    expect(response.status).toBe(200);
    const { results } = (await response.json()) as { results: ({ answer: Answer } & { problem: unknown })[] };
    expect(results).toHaveLength(45);
    expect(results[44]!.answer.orderId).toBe('SO-44');
    expect(results[7]!.problem).toMatchObject({
      type: '/problems/unknown-reference',
      errors: [{ path: '/order/lines/0/itemId', found: '`I-404`' }],
    });
    expect(log.heads()[0]!.size).toBe(44);
  });

  it('lets one of two successors in a batch take the place of a decision', async () => {
    const { send } = testbed();
    const first = await answerIn(await send('POST', PATH, { ...minimalBody(), mode: 'hold' }));
    const again = { ...minimalBody(), mode: 'hold', supersedes: first.decisionId };
    const response = await send('POST', `${PATH}/batch`, { requests: [again, again] });
    expect(await response.json()).toMatchObject({
      results: [{ answer: { supersedes: first.decisionId } }, { problem: { type: '/problems/conflict' } }],
    });
  });

  it('refuses a key that was used for another batch or a single order, as a whole', async () => {
    const { send, log } = testbed();
    const headers = { 'idempotency-key': 'batch-1' };
    expect((await send('POST', `${PATH}/batch`, { requests: orders(2) }, headers)).status).toBe(200);
    const longer = await send('POST', `${PATH}/batch`, { requests: orders(3) }, headers);
    expect([longer.status, await longer.json()]).toMatchObject([422, { type: '/problems/idempotency-mismatch' }]);
    expect((await send('POST', PATH, minimalBody(), headers)).status).toBe(422);
    expect((await send('POST', PATH, minimalBody(), { 'idempotency-key': 'batch-10' })).status).toBe(200);
    expect(log.heads()[0]!.size).toBe(3);
    const both = ['batch-2', 'batch-2'].map((key) =>
      send('POST', `${PATH}/batch`, { requests: orders(45) }, { 'idempotency-key': key }),
    );
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 409]);
  });

  it('repeats its answers, and decides nothing again', async () => {
    const { send, log } = testbed();
    const headers = { 'idempotency-key': 'batch-1' };
    const first = await send('POST', `${PATH}/batch`, { requests: orders(25) }, headers);
    const again = await send('POST', `${PATH}/batch`, { requests: orders(25) }, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
    expect(log.heads()[0]!.size).toBe(25);
  });

  it('refuses a batch with one malformed order as a whole, and one with too many', async () => {
    const { send, log } = testbed();
    const requests = orders(3);
    requests[1]!.order.lines[0]!.orderedQty = -1;
    const response = await send('POST', `${PATH}/batch`, { requests });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { errors: [{ path: '/requests/1/order/lines/0/orderedQty', found: '`-1`' }] },
    ]);
    expect((await send('POST', `${PATH}/batch`, { requests: orders(501) })).status).toBe(422);
    expect(log.heads()).toEqual([]);
  });
});
