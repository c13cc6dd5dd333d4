import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '#domain/principal.ts';
import { readConfig } from '#src/config.ts';
import { openService } from '#src/server/service.ts';
import type { Answer } from '#src/wire/answer.ts';
import { minimalBody } from '../request/example.ts';
import { twoNodes } from './two-nodes.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');

/** A service in memory with a caller for each of several keys. */
async function desk(policyFiles = readConfig({}).policyFiles) {
  let draws = 0;
  const random = (bytes: number) =>
    new Uint8Array(createHash('sha512').update(`${draws++}`).digest().subarray(0, bytes));
  const report = (error: unknown) => {
    throw error;
  };
  const config = { ...readConfig({}), dataFolder: ':memory:', modelsFolder: join('/', 'no-models'), policyFiles };
  const clock = { now: NOW };
  const service = openService(config, { now: () => clock.now, random, report });
  const as = (...roles: Role[]) => {
    const { key } = service.keys.create({ tenant: 'default', roles, note: '', now: NOW, random });
    return async (method: string, path: string, body?: unknown, idempotencyKey = `k${draws++}`) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      };
      const response = await service.app.request(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as never };
    };
  };
  const erp = as('orchestrator', 'data');
  await erp('POST', '/v1/events', twoNodes(NOW, { 'DC-NORTH': 50, 'DC-SOUTH': 50 }));
  const reserved = () =>
    service.store.sqlite
      .prepare("select node_id, sum(qty) from reservations where state = 'HELD' group by node_id")
      .raw()
      .all();
  return { service, as, erp, reserved, clock };
}

function holdBody(unitPrice = 9_000, creditStatus: 'OK' | 'HOLD' = 'OK') {
  const body = minimalBody();
  body.mode = 'hold';
  body.order.creditStatus = creditStatus;
  body.order.lines[0] = { ...body.order.lines[0]!, orderedQty: 5, unitPrice };
  return body;
}

describe('people settle decisions', () => {
  it("puts a planner's plan in place of the decision's, moves the hold, and logs it once", async () => {
    const { as, erp, reserved, service } = await desk();
    const decision = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    const from = decision.holds[0]!.nodeId;
    const to = from === 'DC-NORTH' ? 'DC-SOUTH' : 'DC-NORTH';
    expect(reserved()).toEqual([[from, 5]]);
    const plan = { shipments: [{ nodeId: to, carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 5 }] }] };
    const body = { plan, reasonCode: 'CARRIER_UNAVAILABLE', note: 'the dock is flooded' };
    const path = `/v1/decisions/${decision.decisionId}/override`;
    const planner = as('planner');
    const first = await planner('POST', path, body, 'override-1');
    expect(first).toMatchObject({
      status: 200,
      body: { state: 'OVERRIDDEN', holds: [{ nodeId: to, qty: 5 }], log: { index: 1 } },
    });
    expect(reserved()).toEqual([[to, 5]]);
    expect((await planner('GET', `/v1/decisions/${decision.decisionId}/state`)).body).toMatchObject({
      state: 'OVERRIDDEN',
      override: { reasonCode: 'CARRIER_UNAVAILABLE', note: 'the dock is flooded' },
      holds: [
        { nodeId: from, state: 'RELEASED' },
        { nodeId: to, state: 'HELD' },
      ],
    });
    expect(await planner('POST', path, body, 'override-1')).toEqual(first);
    expect(await planner('POST', path, body)).toMatchObject({ status: 409 });
    const leaf = service.store.sqlite
      .prepare('select leaf from audit_leaves where leaf_index = 1')
      .pluck()
      .get() as Buffer;
    expect(JSON.parse(leaf.toString())).toMatchObject({ type: 'override', decisionId: decision.decisionId });
    service.close();
  });

  it("knows a planner's plan by the decision it replaced: the ERP confirms it, ships it, cancels it, decides again", async () => {
    const { as, erp, clock, service } = await desk();
    const counting = () =>
      service.store.sqlite
        .prepare("select node_id, state, sum(qty) from reservations where state <> 'RELEASED' group by node_id, state")
        .raw()
        .all();
    const event = (type: string, data: object) =>
      erp('POST', '/v1/events', {
        specversion: '1.0',
        source: 'erp',
        id: `${type}-${clock.now}`,
        type: `fairlead.${type}`,
        time: new Date(clock.now).toISOString(),
        data,
      });
    const overridden = async (orderId: string) => {
      const body = holdBody();
      body.order.orderId = orderId;
      const { decisionId, holds } = (await erp('POST', '/v1/recommendations', body)).body as Answer;
      const nodeId = holds[0]!.nodeId === 'DC-NORTH' ? 'DC-SOUTH' : 'DC-NORTH';
      const shipment = { nodeId, carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 5 }] };
      clock.now += 1000;
      const settled = await as('planner')('POST', `/v1/decisions/${decisionId}/override`, {
        plan: { shipments: [shipment] },
        reasonCode: 'CARRIER_UNAVAILABLE',
      });
      expect(settled.status).toBe(200);
      expect((await erp('GET', `/v1/decisions/${decisionId}`)).body).toMatchObject({ holds });
      clock.now += 1000;
      return { decisionId, nodeId, body };
    };
    const confirmed = await overridden('SO-1');
    await event('reservation.confirmed', { decisionId: confirmed.decisionId });
    expect(counting()).toEqual([[confirmed.nodeId, 'CONFIRMED', 5]]);
    await event('reservation.released', { decisionId: confirmed.decisionId });
    expect(counting()).toEqual([]);

    await overridden('SO-2');
    await event('order.cancelled', { orderId: 'SO-2' });
    expect(counting()).toEqual([]);

    const again = await overridden('SO-3');
    const next = await erp('POST', '/v1/recommendations', { ...again.body, supersedes: again.decisionId });
    expect(counting()).toEqual([[(next.body as Answer).holds[0]!.nodeId, 'HELD', 5]]);
    service.close();
  });

  it('asks nobody about a decision that was made again or whose order was cancelled, nor about a quote', async () => {
    const { as, erp, clock, reserved, service } = await desk();
    const planner = as('planner', 'approver');
    const exceptionOf = async ({ decisionId }: Answer) =>
      ((await planner('GET', `/v1/exceptions/${decisionId}`)).body as { exception: object }).exception;
    const blocked = (await erp('POST', '/v1/recommendations', holdBody(100))).body as Answer;
    expect([blocked.flags, await exceptionOf(blocked)]).toMatchObject([['PENDING_APPROVAL'], { state: 'OPEN' }]);
    const again = { ...holdBody(), supersedes: blocked.decisionId };
    const quote = (await erp('POST', '/v1/recommendations', { ...again, mode: 'quote' })).body as Answer;
    expect(await exceptionOf(blocked)).toMatchObject({ state: 'OPEN' });
    const decided = (await erp('POST', '/v1/recommendations', again)).body as Answer;
    expect(await exceptionOf(blocked)).toMatchObject({ state: 'RESOLVED', resolution: 'SUPERSEDED' });
    const held = reserved();
    const nodeId = decided.holds[0]!.nodeId;
    const plan = { shipments: [{ nodeId, carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 5 }] }] };
    for (const { decisionId } of [blocked, quote])
      expect(
        await planner('POST', `/v1/decisions/${decisionId}/override`, { plan, reasonCode: 'DELAY_RISK' }),
      ).toMatchObject({ status: 409, body: { decisionId } });
    expect((await planner('POST', `/v1/decisions/${blocked.decisionId}/approve`, {})).status).toBe(409);
    expect(reserved()).toEqual(held);

    const waiting = holdBody(9_000, 'HOLD');
    waiting.order.orderId = 'SO-9';
    const excepted = (await erp('POST', '/v1/recommendations', waiting)).body as Answer;
    const time = new Date(clock.now).toISOString();
    const cancelled = { specversion: '1.0', source: 'erp', id: 'c', type: 'fairlead.order.cancelled', time };
    await erp('POST', '/v1/events', { ...cancelled, data: { orderId: 'SO-9', reason: null } });
    expect(await exceptionOf(excepted)).toMatchObject({ state: 'RESOLVED', resolution: 'CANCELLED' });
    service.close();
  });

  it('names what it does not know by its place in the override', async () => {
    const { as, erp, service } = await desk();
    const { decisionId } = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    const plan = { shipments: [{ nodeId: 'X', carrierService: 'G', assignments: [{ orderLineId: '1', qty: 5 }] }] };
    expect(
      await as('planner')('POST', `/v1/decisions/${decisionId}/override`, { plan, reasonCode: 'DELAY_RISK' }),
    ).toMatchObject({ status: 422, body: { errors: [{ path: '/plan/shipments/0/nodeId', found: '`X`' }] } });
    service.close();
  });

  it('refuses an override that breaks a rule of the ERP, and leaves the hold as it was', async () => {
    const { as, erp, reserved, service } = await desk();
    const decision = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    const before = reserved();
    const plan = {
      shipments: [{ nodeId: 'DC-SOUTH', carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 500 }] }],
    };
    const refused = await as('planner')('POST', `/v1/decisions/${decision.decisionId}/override`, {
      plan,
      reasonCode: 'DELAY_RISK',
    });
    expect(refused.status).toBe(409);
    expect(reserved()).toEqual(before);
    expect(service.store.sqlite.prepare('select count(*) from overrides').pluck().get()).toBe(0);
    service.close();
  });

  it('refuses an override of an order whose hold has ended and that another decision holds', async () => {
    const { as, erp, reserved, service, clock } = await desk();
    const first = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    clock.now += 2 * 3_600_000;
    const second = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    const held = reserved();
    const plan = {
      shipments: [{ nodeId: 'DC-SOUTH', carrierService: 'GROUND', assignments: [{ orderLineId: '1', qty: 5 }] }],
    };
    const path = `/v1/decisions/${first.decisionId}/override`;
    expect(await as('planner')('POST', path, { plan, reasonCode: 'DELAY_RISK' })).toMatchObject({
      status: 409,
      body: { type: '/problems/order-already-held', decisionId: second.decisionId },
    });
    expect(reserved()).toEqual(held);
    expect(service.store.sqlite.prepare('select count(*) from overrides').pluck().get()).toBe(0);
    service.close();
  });

  it('refuses an approval that would hold an order again that another decision holds, and it stays asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-settle-'));
    const file = join(folder, 'release.policy.yaml');
    const [standard] = readConfig({}).policyFiles;
    writeFileSync(file, readFileSync(standard!, 'utf8').replaceAll('hold: KEEP', 'hold: RELEASE'));
    const { as, erp, reserved, service } = await desk([file]);
    // Sold below cost: the margin floor asks, and the units are let go meanwhile.
    const asked = (await erp('POST', '/v1/recommendations', holdBody(100))).body as Answer;
    expect(asked.flags).toContain('PENDING_APPROVAL');
    expect(reserved()).toEqual([]);
    const second = (await erp('POST', '/v1/recommendations', holdBody())).body as Answer;
    const held = reserved();
    const path = `/v1/decisions/${asked.decisionId}`;
    expect(await as('approver')('POST', `${path}/approve`, { note: 'worth it' })).toMatchObject({
      status: 409,
      body: { type: '/problems/order-already-held', decisionId: second.decisionId },
    });
    expect(reserved()).toEqual(held);
    expect((await erp('GET', `${path}/state`)).body).toMatchObject({ state: 'PENDING' });
    service.close();
    rmSync(folder, { recursive: true });
  });

  it('opens an exception for a person, who is assigned, snoozes and resolves it', async () => {
    const { as, erp, service } = await desk();
    const { decisionId } = (await erp('POST', '/v1/recommendations', holdBody(9_000, 'HOLD'))).body as Answer;
    const planner = as('planner');
    const path = `/v1/exceptions/${decisionId}`;
    expect((await planner('GET', '/v1/exceptions?state=OPEN&owner=credit')).body).toMatchObject({
      exceptions: [
        {
          decisionId,
          category: 'CREDIT_HOLD',
          owner: 'credit',
          overdue: false,
          summary: {
            text: expect.stringMatching(
              /credit hold; credit owns it\..* binds: HOLD .* credit hold lifted, which credit may/,
            ),
            citations: [{ kind: 'leaf', receipt: `/v1/decisions/${decisionId}/receipt` }],
          },
        },
      ],
      next: null,
    });
    expect((await planner('POST', `${path}/assign`, { assignee: 'key:7' })).body).toMatchObject({ assignee: 'key:7' });
    const snoozed = await planner('POST', `${path}/snooze`, { until: '2026-11-25T09:00:00Z' });
    expect(snoozed.body).toMatchObject({ state: 'SNOOZED', snoozedUntil: '2026-11-25T09:00:00.000Z' });
    expect((await planner('POST', `${path}/snooze`, { until: '2020-01-01T00:00:00Z' })).status).toBe(422);
    expect((await planner('POST', `${path}/resolve`, { resolution: 'PAID' })).body).toMatchObject({
      state: 'RESOLVED',
    });
    const read = (await planner('GET', path)).body as { history: { action: string }[] };
    expect(read.history.map(({ action }) => action)).toEqual(['opened', 'assigned', 'snoozed', 'resolved']);
    expect((await planner('GET', '/v1/exceptions/none')).status).toBe(404);
    expect((await as('orchestrator')('GET', '/v1/exceptions')).status).toBe(403);
    service.close();
  });

  it('asks an approver, who must not be the one who raised it; a refusal gives the units back', async () => {
    const { as, reserved, service } = await desk();
    const both = as('orchestrator', 'approver');
    // Sold below cost: the margin floor asks.
    const decision = (await both('POST', '/v1/recommendations', holdBody(100))).body as Answer;
    expect(decision.flags).toContain('PENDING_APPROVAL');
    const path = `/v1/decisions/${decision.decisionId}`;
    const waiting = { ruleId: 'margin-floor', state: 'PENDING', decidedBy: null };
    expect((await both('GET', `${path}/state`)).body).toMatchObject({
      state: 'PENDING',
      approvals: expect.arrayContaining([expect.objectContaining(waiting)]),
      override: null,
      holds: [{ kind: 'SOFT', state: 'HELD', qty: 5 }],
    });
    expect((await both('POST', `${path}/approve`, { note: 'mine' })).status).toBe(403);
    expect((await as('planner')('POST', `${path}/approve`, {})).status).toBe(403);
    const refused = await as('approver')('POST', `${path}/refuse`, { reasonCode: 'MARGIN_FLOOR', note: 'no' });
    expect(refused).toMatchObject({ status: 200, body: { state: 'REFUSED' } });
    expect(reserved()).toEqual([]);
    expect((await both('GET', `${path}/state`)).body).toMatchObject({
      state: 'REFUSED',
      approvals: expect.arrayContaining([
        expect.objectContaining({
          ...waiting,
          state: 'REFUSED',
          decidedBy: expect.stringMatching(/^key:/),
          note: 'no',
        }),
      ]),
      holds: [{ state: 'RELEASED' }],
    });
    expect((await both('GET', '/v1/decisions/none/state')).status).toBe(404);
    expect((await as('approver')('POST', `${path}/approve`, {})).status).toBe(409);
    expect((await as('approver')('POST', '/v1/decisions/none/approve', {})).status).toBe(404);
    service.close();
  });

  it('says that what ran out is expired, before anything has swept it, and which decision took the place of another', async () => {
    const { erp, clock, service } = await desk();
    const asked = (await erp('POST', '/v1/recommendations', holdBody(100))).body as Answer;
    const state = async ({ decisionId }: Answer) => (await erp('GET', `/v1/decisions/${decisionId}/state`)).body;
    clock.now += 7 * 24 * 3_600_000;
    expect(await state(asked)).toMatchObject({
      state: 'EXPIRED',
      approvals: [{ state: 'EXPIRED' }, { state: 'EXPIRED' }],
    });
    clock.now = NOW + 1000;
    const body = { ...holdBody(), supersedes: asked.decisionId };
    const next = (await erp('POST', '/v1/recommendations', body)).body as Answer;
    expect(await state(asked)).toMatchObject({ state: 'SUPERSEDED', supersededBy: next.decisionId });
    expect(await state(next)).toMatchObject({ state: 'STANDING', supersededBy: null, approvals: [] });
    service.close();
  });
});
