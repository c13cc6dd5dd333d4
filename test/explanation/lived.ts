import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '#domain/decision.ts';
import type { Role } from '#domain/principal.ts';
import { NO_PRICES, type Prices } from '#domain/snapshot.ts';
import { DAY_MS, HOUR_MS, toRfc3339 } from '#domain/time.ts';
import type { Sources } from '#explanation/sources.ts';
import { readArtifact, writeArtifact } from '#models/artifact.ts';
import { ModelRegistry } from '#models/registry.ts';
import { shipped } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { type DemoService, demoService, redecisions } from './fixture.ts';

/** A demo in which people and carriers have been at work for a week; `sources` answer as of its last moment. */
export interface Lived extends DemoService {
  readonly sources: Sources;
}

/**
 * Every 4th order is overridden, approvals and exceptions are answered in turn. Of every 7 orders two are decided again: under
 * another policy, by another model of stockouts, and one of the two with a price on the stock that later orders may want.
 */
export async function livedService(orders: number, seed = 1): Promise<Lived> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-lived-'));
  const file = join(folder, 'company.policy.yaml');
  const text = readFileSync(join(shipped.policies, 'default.policy.yaml'), 'utf8');
  writeFileSync(file, text);
  try {
    const modelsFolder = join(folder, 'models');
    cpSync(shipped.artifacts, modelsFolder, { recursive: true });
    let prices: Prices = NO_PRICES;
    const demo = await demoService(orders, seed, {
      policyFiles: [file],
      modelsFolder,
      betweenOrders: 4 * 60_000,
      prices: () => prices,
    });
    await peopleSettle(demo);
    demo.pass(HOUR_MS);
    writeFileSync(
      file,
      text
        .replace('version: "1.0"', 'version: "1.1"')
        .replace('reason: first policy', 'reason: a late order costs more than we said')
        .replace('GOLD: 40.00 EUR', 'GOLD: 55.00 EUR'),
    );
    promoteAnother(modelsFolder, folder);
    demo.service.tick();
    const bids = bidsOf(demo);
    await decideAgain(demo, (priced) => {
      prices = priced ? { ...NO_PRICES, bids } : NO_PRICES;
    });
    prices = NO_PRICES;
    await carriersDeliver(demo);
    demo.service.tick();
    const { store } = demo.service;
    const sources = questionSources({ store, tenant: demo.tenant, now: demo.now, zone: 'Europe/Berlin' });
    return { ...demo, sources };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The stockout model with more of everything called risky, as a version of its own, becomes the champion. */
function promoteAnother(modelsFolder: string, folder: string): void {
  const registry = new ModelRegistry(modelsFolder);
  const { champion } = registry.aliases('stockout');
  const { file, card, metrics, reference } = readArtifact(join(modelsFolder, 'stockout', champion!));
  const made = join(folder, 'made');
  const { calibration } = file;
  if (calibration.method !== 'platt') throw new Error(`calibration is ${calibration.method}; expected platt`);
  const model = { ...file, calibration: { ...calibration, intercept: calibration.intercept + 0.8 } };
  writeArtifact(made, { model, card, metrics, reference });
  registry.promote('stockout', registry.add(made));
}

/** 3.00 EUR on every unit of every position that an order was decided on. */
function bidsOf({ sources }: DemoService): Prices['bids'] {
  const places = redecisions(sources).flatMap(({ snapshot }) => snapshot.supply);
  return [
    ...new Map(places.map(({ nodeId, itemId }) => [`${nodeId} ${itemId}`, { nodeId, itemId, price: 300 }])).values(),
  ];
}

/** Decisions in the order they were made. */
function decisionsOf({ sources }: DemoService): Decision[] {
  return sources
    .query('SELECT decision_id AS id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at, decision_id')
    .rows.map((row) => sources.recorded(String(row['id']))!.decision);
}

/** What people may be refused (409: the plan breaks a hard rule; 403: it takes another role) is no mistake; everything else is. */
async function settled(demo: DemoService, path: string, body: object, role: Role): Promise<void> {
  demo.pass(7000);
  const response = await demo.post(path, body, role);
  if (!response.ok && response.status !== 409 && response.status !== 403)
    throw new Error(`${path}: ${await response.text()}`);
}

async function peopleSettle(demo: DemoService): Promise<void> {
  for (const [at, { decisionId, alternatives, approvals, exception }] of decisionsOf(demo).entries()) {
    const [next] = alternatives;
    if (at % 4 === 1 && next) {
      const shipments = next.plan.shipments.map(({ nodeId, carrierService, assignments }) => ({
        nodeId,
        carrierService,
        assignments,
      }));
      const body = { plan: { shipments }, reasonCode: 'CARRIER_UNAVAILABLE', note: 'no driver' };
      await settled(demo, `/v1/decisions/${decisionId}/override`, body, 'planner');
    } else if (approvals.length > 0 && at % 3 !== 0) {
      const verdict = at % 3 === 1 ? 'approve' : 'refuse';
      await settled(demo, `/v1/decisions/${decisionId}/${verdict}`, { note: 'seen' }, 'approver');
    } else if (exception && at % 4 === 3) {
      await settled(demo, `/v1/exceptions/${decisionId}/resolve`, { resolution: 'PAID' }, 'planner');
    } else if (exception && at % 4 === 0) {
      const until = toRfc3339(demo.now() + 30 * DAY_MS);
      await settled(demo, `/v1/exceptions/${decisionId}/snooze`, { until }, 'planner');
    }
  }
}

async function decideAgain(demo: DemoService, price: (priced: boolean) => void): Promise<void> {
  const last = new Map(decisionsOf(demo).map((decision) => [decision.orderId, decision]));
  for (const [at, body] of demo.orders.entries()) {
    if (at % 7 !== 3 && at % 7 !== 5) continue;
    demo.pass(60_000);
    price(at % 2 === 1);
    const { decisionId } = last.get(body.order.orderId)!;
    const again = at % 7 === 3 ? { ...body, supersedes: decisionId } : { ...body, mode: 'quote' };
    const response = await demo.post('/v1/recommendations', again);
    if (!response.ok && response.status !== 409) throw new Error(await response.text());
  }
}

/** Two of three orders leave as planned, by another service, or short; they arrive, late or never; most are invoiced. */
async function carriersDeliver(demo: DemoService): Promise<void> {
  const decisions = decisionsOf(demo).filter(({ mode }) => mode !== 'quote');
  const superseded = new Set(decisions.map(({ supersedes }) => supersedes));
  const events: object[] = [];
  let count = 0;
  const event = (type: string, at: number, data: object): void => {
    const time = toRfc3339(at);
    const base = { specversion: '1.0', source: 'urn:lived', id: `lived-${count++}`, type: `fairlead.${type}`, time };
    events.push({ ...base, data });
  };
  const started = demo.now();
  for (const [at, { decisionId, orderId, chosen }] of decisions.entries()) {
    if (!chosen || superseded.has(decisionId) || at % 3 === 2) continue;
    for (const [part, shipment] of chosen.plan.shipments.entries()) {
      const shipmentId = `S-${at}-${part}`;
      const { nodeId, carrier, carrierService, assignments, freight } = shipment;
      const short = at % 8 === 0 ? [{ ...assignments[0]!, qty: 1 }] : [];
      const leaves = Math.max(started, shipment.shipDate) + (at % 5) * 6 * HOUR_MS;
      event('shipment.shipped', leaves, {
        shipmentId,
        orderId,
        decisionId: at % 2 === 0 ? decisionId : null,
        nodeId,
        carrier,
        carrierService: at % 10 === 3 ? 'SPECIAL' : carrierService,
        lines: assignments,
        shortLines: short,
      });
      const arrives = Math.max(leaves + HOUR_MS, shipment.eta + ((at % 4) - 1) * DAY_MS);
      if (at % 11 === 4) event('shipment.failed', arrives, { shipmentId, reason: 'nobody there' });
      else if (at % 13 !== 6) event('shipment.delivered', arrives, { shipmentId });
      if (at % 6 !== 0)
        event('freight.invoiced', arrives + HOUR_MS, {
          shipmentId,
          freightInvoiced: freight + (at % 9) * 35,
          currency: 'EUR',
        });
    }
  }
  demo.pass(21 * DAY_MS);
  const response = await demo.post('/v1/events', events, 'data');
  if (!response.ok) throw new Error(await response.text());
}
