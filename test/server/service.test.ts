import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { openService, type Service } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from './two-nodes.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
  folders.push(folder);
  return folder;
}

/** The whole service over a folder, with `decide()` as it is and no models: rules decide. */
function serviceIn(dataFolder: string, clock = { now: NOW }) {
  let draws = 0;
  // Another start must not draw the same ids again.
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${clock.now}/${draws++}`).digest().subarray(0, bytes));
  const errors: unknown[] = [];
  const config = { ...readConfig({}), dataFolder, modelsFolder: join(dataFolder, 'no-models') };
  const service = openService(config, { now: () => clock.now, random, report: (error) => errors.push(error) });
  const key = service.keys.create({ tenant: 'default', roles: ['admin'], note: 'test', now: NOW, random }).key;
  return { service, errors, clock, call: caller(service, key, () => `key-${clock.now}-${draws++}`) };
}

function caller(service: Service, key: string, newKey: () => string) {
  return async (method: string, path: string, body?: unknown) => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}`, 'idempotency-key': newKey() };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await service.app.request(path, init);
    return { status: response.status, body: (await response.json()) as never };
  };
}

function holdBody(orderedQty: number, orderId = 'SO-1001') {
  const body = minimalBody();
  body.order.orderId = orderId;
  body.mode = 'hold';
  body.order.lines[0]!.orderedQty = orderedQty;
  return body;
}

describe('service', () => {
  it('takes events, decides, and finds the decision again as it was answered', async () => {
    const { service, call, errors } = serviceIn(newFolder());
    expect(await call('POST', '/v1/events', twoNodes(NOW))).toEqual({
      status: 202,
      body: { accepted: 7, duplicates: 0, stale: 0 },
    });
    const { status, body } = await call('POST', '/v1/recommendations', holdBody(5));
    const answer = body as Answer;
    expect(status).toBe(200);
    expect(answer).toMatchObject({ status: 'FULLY_SOURCED', holds: [{ itemId: 'I-0001', qty: 5 }] });
    expect((await call('GET', `/v1/decisions/${answer.decisionId}`)).body).toEqual(answer);
    const filters =
      'itemId=I-0001&mode=hold&status=FULLY_SOURCED&from=2026-11-24T00:00:00Z&reasonCode=MODEL_UNAVAILABLE';
    expect((await call('GET', `/v1/decisions?${filters}`)).body).toMatchObject({
      decisions: [{ decisionId: answer.decisionId, log: answer.log, nodeIds: [answer.holds[0]!.nodeId] }],
      next: null,
    });
    expect((await call('GET', '/v1/decisions?nodeId=DC-X')).body).toEqual({ decisions: [], next: null });
    expect((await call('GET', '/v1/kpis?kpi=fillRate&by=node&to=2026-11-25T00:00:00Z')).body).toMatchObject({
      kpis: [{ id: 'fillRate', value: 1, group: answer.holds[0]!.nodeId }],
    });
    expect((await call('GET', '/v1/kpis?from=2030-01-01T00:00:00Z')).status).toBe(422);
    expect(errors).toEqual([]);
    service.close();
  });

  it('pages through decisions without missing or repeating one', async () => {
    const { service, call, clock } = serviceIn(newFolder());
    await call('POST', '/v1/events', twoNodes(NOW));
    for (let index = 0; index < 7; index++) {
      clock.now += 1000;
      await call('POST', '/v1/recommendations', holdBody(1, `SO-${index}`));
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `/v1/decisions?limit=3${cursor}`);
      const page = body as { decisions: { decisionId: string }[]; next: string | null };
      seen.push(...page.decisions.map(({ decisionId }) => decisionId));
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect((await call('GET', '/v1/decisions?cursor=%00')).status).toBe(422);
    expect((await call('GET', '/v1/decisions?limit=9999')).status).toBe(422);
    service.close();
  });

  it('still counts its holds after a restart, and signs a last checkpoint before it ends', async () => {
    const folder = newFolder();
    const first = serviceIn(folder);
    await first.call('POST', '/v1/events', twoNodes(NOW, { 'DC-NORTH': 10 }));
    await first.call('POST', '/v1/recommendations', holdBody(8));
    first.service.close();
    const second = serviceIn(folder, { now: NOW + 60_000 });
    const { body } = await second.call('POST', '/v1/recommendations', holdBody(8, 'SO-2'));
    expect(body).toMatchObject({ chosen: { shipments: [{ assignments: [{ qty: 2 }] }] } });
    const sizes = second.service.store.sqlite.prepare('select size from audit_checkpoints').pluck().all();
    expect(sizes).toEqual([1]);
    second.service.close();
  });

  it('holds an order once: at the same time, in a batch, and after a restart', async () => {
    const folder = newFolder();
    const first = serviceIn(folder);
    await first.call('POST', '/v1/events', twoNodes(NOW, { 'DC-NORTH': 100 }));
    const answered = await Promise.all(
      Array.from({ length: 8 }, () => first.call('POST', '/v1/recommendations', holdBody(3))),
    );
    const held = answered.find(({ status }) => status === 200)!.body as Answer;
    const refused = answered.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(7);
    const problem = {
      type: '/problems/order-already-held',
      decisionId: held.decisionId,
      errors: [{ path: '/order/orderId', found: '`SO-1001`', expected: 'an order without holds' }],
    };
    for (const { body } of refused) expect(body).toMatchObject(problem);
    // Neither a question about it nor another order is refused.
    expect((await first.call('POST', '/v1/recommendations', { ...holdBody(3), mode: 'quote' })).status).toBe(200);
    const requests = [holdBody(3), holdBody(1, 'SO-2'), holdBody(2, 'SO-2')];
    const { results } = (await first.call('POST', '/v1/recommendations/batch', { requests })).body as {
      results: { answer?: Answer; problem?: { decisionId: string } }[];
    };
    expect(results[0]).toMatchObject({ problem });
    expect(results[1]!.answer).toMatchObject({ holds: [{ qty: 1 }] });
    expect(results[2]!.problem).toMatchObject({ type: problem.type, decisionId: results[1]!.answer!.decisionId });
    first.service.close();

    const second = serviceIn(folder, { now: NOW + 60_000 });
    expect((await second.call('POST', '/v1/recommendations', holdBody(3))).body).toMatchObject(problem);
    const again = await second.call('POST', '/v1/recommendations', { ...holdBody(4), supersedes: held.decisionId });
    expect(again.body).toMatchObject({ supersedes: held.decisionId, holds: [{ qty: 4 }] });
    // Once its holds have ended the order is free.
    second.clock.now += 2 * 3_600_000;
    expect((await second.call('POST', '/v1/recommendations', holdBody(5))).body).toMatchObject({ holds: [{ qty: 5 }] });
    second.service.close();
  });

  it('gives the units back when the order is decided again, and when the ERP releases them', async () => {
    const { service, call } = serviceIn(newFolder());
    await call('POST', '/v1/events', twoNodes(NOW, { 'DC-NORTH': 10 }));
    const first = (await call('POST', '/v1/recommendations', holdBody(10))).body as Answer;
    const again = (await call('POST', '/v1/recommendations', { ...holdBody(9), supersedes: first.decisionId }))
      .body as Answer;
    expect(again).toMatchObject({ status: 'FULLY_SOURCED', holds: [{ qty: 9 }] });
    const released = {
      specversion: '1.0',
      source: 'erp',
      id: 'r1',
      type: 'fairlead.reservation.released',
      time: new Date(NOW).toISOString(),
      data: { decisionId: again.decisionId },
    };
    expect((await call('POST', '/v1/events', released)).status).toBe(202);
    expect((await call('POST', '/v1/recommendations', holdBody(10))).body).toMatchObject({ status: 'FULLY_SOURCED' });
    service.close();
  });

  it('refuses events of a wrong shape with the path, and stores none of the batch', async () => {
    const { service, call } = serviceIn(newFolder());
    const events = twoNodes(NOW);
    const wrong = [...events, { ...events[0]!, id: 'x', data: { ...events[0]!.data, unitCost: -1 } }];
    const { status, body } = await call('POST', '/v1/events', wrong);
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ path: '/7/data/unitCost', found: '`-1`' }] });
    expect(service.store.sqlite.prepare('select count(*) from world_events').pluck().get()).toBe(0);
    service.close();
  });

  it('says that it is stopping', async () => {
    const { service, call } = serviceIn(newFolder());
    expect((await call('GET', '/readyz')).status).toBe(200);
    service.stopping();
    expect(await call('GET', '/readyz')).toMatchObject({ status: 503, body: { type: '/problems/not-ready' } });
    expect((await call('GET', '/livez')).status).toBe(200);
    service.close();
  });
});
