import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { canonicalBytes } from '#audit/canonical.ts';
import type { Decision } from '#domain/decision.ts';
import type { Snapshot } from '#domain/snapshot.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, toRfc3339 } from '#domain/time.ts';
import { shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';
import { type CloudEvent, parseEvents } from '#world/events.ts';
import { openWorld, type World } from '#world/projection.ts';
import type { SnapshotQuery } from '#world/snapshots.ts';

// npm run bench:world [-- decisions]: snapshots, their size, events in, holds, and a start with many of them on disk.
const decisions = Number(process.argv[2] ?? 200_000);
const NODES = 8;
const ITEMS = 2_000;
const ZONES = 40;
const SERVICES = ['GROUND', 'EXPRESS', 'AIR'];
const TENANT = 'north';
const NOW = Date.UTC(2026, 2, 2, 9);

/** Reproducible figures between 0 and 1 that compress as badly as real ones (mulberry32). */
let seed = 7;
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
const decimals = (value: number) => Math.round(value * 100) / 100;
const later = (from: number, to: number) => toRfc3339(NOW + between(from, to));

let serial = 0;
const send = <T extends CloudEvent['type']>(type: T, data: CloudEvent<T>['data'], time = later(-HOUR_MS, -MINUTE_MS)) =>
  ({ specversion: '1.0', id: `e${serial++}`, source: '/erp', type, time, data }) as CloudEvent;

const nodeIds = Array.from({ length: NODES }, (_, index) => `DC-${String(index + 1).padStart(2, '0')}`);
const itemIds = Array.from({ length: ITEMS }, (_, index) => `SKU-${String(index * 37).padStart(6, '0')}`);
const zones = Array.from({ length: ZONES }, (_, index) => `Z${String(index).padStart(2, '0')}`);

function nodeEvents(nodeId: string): CloudEvent[] {
  const days = Array.from({ length: 6 }, (_, day) => toRfc3339(NOW + day * DAY_MS).slice(0, 10));
  return [
    send('fairlead.node', {
      nodeId,
      nodeType: 'DC',
      region: `R${nodeId.at(-1)}`,
      timeZone: 'Europe/Berlin',
      cutoffTime: `${between(13, 18)}:00`,
      nodeCalendar: { workingDays: [1, 2, 3, 4, 5], closedDates: ['2026-04-03', '2026-04-06', '2026-05-01'] },
      capacity: between(3000, 9000),
      capacityUom: 'UNIT',
      processing: { perShipment: between(90, 190), perLine: between(20, 60), perUnit: between(3, 9) },
      currency: 'EUR',
    }),
    send('fairlead.node.capacity', {
      nodeId,
      capacity: between(3000, 9000),
      capacityUom: 'UNIT',
      capacityConsumed: Object.fromEntries(days.map((day) => [day, between(0, 3000)])),
      backlog: between(0, 400),
    }),
    send('fairlead.node.labor', { nodeId, laborUtilization: decimals(0.6 + random() * 0.5) }),
  ];
}

const laneEvents = (nodeId: string, zone: string, carrierService: string): CloudEvent[] => {
  const delivered28 = between(10, 300);
  return [
    send('fairlead.lane', {
      nodeId,
      zone,
      carrierService,
      carrier: carrierService === 'AIR' ? 'SKYWAY' : 'ROADRUN',
      expedited: carrierService === 'AIR',
      distanceKm: between(20, 900),
      transitDays: between(1, 4),
      operatingDays: [1, 2, 3, 4, 5],
      rate: { base: between(300, 900), perKg: between(20, 200), minimum: between(400, 900), fuelShare: 0.085 },
      currency: 'EUR',
      dimDivisor: 5000,
      maxWeightGrams: 31_500,
      maxLengthCm: 200,
    }),
    send('fairlead.carrier.performance', {
      nodeId,
      zone,
      carrierService,
      delivered28,
      late28: between(0, 10),
      delivered91: delivered28 * 3,
      late91: between(10, 30),
      meanTransitDays28: decimals(1 + random() * 3),
      meanTransitDays91: decimals(1 + random() * 3),
    }),
  ];
};

function supplyEvent(nodeId: string, itemId: string, time?: string): CloudEvent {
  const units28 = between(0, 300);
  const due = { qty: between(10, 400), dueAt: later(DAY_MS, 20 * DAY_MS) };
  const data: CloudEvent<'fairlead.supply.position'>['data'] = {
    nodeId,
    itemId,
    onHand: between(50_000, 90_000),
    allocated: between(0, 40),
    inTransit: between(0, 200),
    onOrder: between(0, 500),
    safetyStock: between(5, 60),
    leadTimeDays: between(3, 30),
    receivedAt: later(-90 * DAY_MS, -DAY_MS),
    receiptsDue: random() < 0.5 ? [due] : [],
    demand: { units7: between(0, 80), units28, units91: units28 * 3, activeDays91: between(5, 91) },
    picks91: { picks: between(50, 900), short: between(0, 20) },
    receipts182: { receipts: between(3, 40), late: between(0, 9) },
  };
  return send('fairlead.supply.position', data, time);
}

/** Milliseconds on the clock and on the processor: on a busy machine only the second says what the work costs. */
function stopwatch(): () => { readonly wall: number; readonly cpu: number } {
  const start = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - start, cpu: (user + system) / 1000 };
  };
}

type Spent = ReturnType<ReturnType<typeof stopwatch>>;
const each = ({ wall, cpu }: Spent, times: number) =>
  `${((wall / times) * 1000).toFixed(1)} us (processor ${((cpu / times) * 1000).toFixed(1)} us)`;
const once = ({ wall, cpu }: Spent) => `${wall.toFixed(0)} ms (processor ${cpu.toFixed(0)} ms)`;

/** Takes events as the service does: parsed from JSON, in durable batches of 500. */
function ingest(store: Store, world: World, events: readonly CloudEvent[], observedAt: number): string {
  const bodies = [];
  for (let from = 0; from < events.length; from += 500) bodies.push(JSON.stringify(events.slice(from, from + 500)));
  const stop = stopwatch();
  for (const body of bodies) {
    const parsed = parseEvents(JSON.parse(body), observedAt);
    store.transaction(() => world.ingest(TENANT, parsed, observedAt));
  }
  const { wall, cpu } = stop();
  const rate = (milliseconds: number) => ((events.length / milliseconds) * 1000).toFixed(0);
  return `${rate(wall)}/s (${rate(cpu)} in a second of processor time)`;
}

const query = (index: number): SnapshotQuery => ({
  order: {
    customerId: 'C-1',
    currency: 'EUR',
    firmNodeId: null,
    allowSubstitution: false,
    shipTo: { zone: zones[index % ZONES]! },
    lines: [0, 701, 1303].map((step) => ({
      itemId: itemIds[(index * 7 + step) % ITEMS]!,
      firmNodeId: null,
      substituteItemIds: [],
    })),
  },
});

/** A decision that ships all three lines from one node. */
function decisionOf(index: number, snapshot: Snapshot, decidedAt: number): Decision {
  const lane = snapshot.lanes[(index * 3) % snapshot.lanes.length]!;
  const shipment = {
    nodeId: lane.nodeId,
    carrier: lane.carrier,
    carrierService: lane.carrierService,
    expedited: lane.expedited,
    assignments: snapshot.items.map(({ itemId }, row) => ({ orderLineId: String(row + 1), itemId, qty: 2 })),
    shipDate: decidedAt + HOUR_MS,
    eta: decidedAt + DAY_MS,
    etaP90: decidedAt + 2 * DAY_MS,
    distanceKm: lane.distanceKm,
    weightGrams: 3000,
    chargeableGrams: 3000,
    freight: 800,
    delayRisk: 0.1,
  };
  const costs = { shipping: 800, processing: 200, split: 0, delay: 0, stockout: 0, opportunity: 0, ageing: 0 };
  const chosen = {
    candidateId: `${lane.nodeId}/${lane.carrierService}`,
    plan: { shipments: [shipment], shortLines: [] },
    costs: { ...costs, shortLine: 0, total: 1000 },
    risks: { stockout: 0.1, delay: 0.1, split: 0.1 },
    rawScore: 1000,
    finalScore: 1000,
    rank: 1,
  };
  return {
    schema: 'decision@1',
    decisionId: `019cad3a-1500-7000-8000-${index.toString(16).padStart(12, '0')}`,
    orderId: `SO-${index}`,
    mode: 'hold',
    status: 'FULLY_SOURCED',
    flags: [],
    degraded: [],
    decidedAt,
    supersedes: null,
    chosen,
    clamp: null,
    alternatives: [],
    rejected: [],
    search: { exact: true, plansExamined: 1 },
    rejectedCounts: {},
    guard: [],
    approvals: [],
    exception: null,
    suggested: null,
    policyRevision: 'sha256:0',
    models: [],
    reasonCodes: [],
  };
}

const folder = mkdtempSync(join(process.env['FAIRLEAD_BENCH_FOLDER'] ?? tmpdir(), 'bench-world-'));
const file = join(folder, 'store.db');
const open = () => openStore({ file, migrationsFolder: shipped.migrations });
const store = open();
const world = openWorld(store);
try {
  const network = [
    ...itemIds.map((itemId) =>
      send('fairlead.item', {
        itemId,
        itemClass: `CLASS-${between(1, 9)}`,
        unitCost: between(200, 9000),
        currency: 'EUR',
        weightGrams: between(100, 9000),
        volumeCm3: between(200, 30_000),
        lengthCm: between(5, 90),
      }),
    ),
    send('fairlead.customer', { customerId: 'C-1', customerTier: 'GOLD', creditStatus: 'OK' }),
    ...nodeIds.flatMap(nodeEvents),
    ...nodeIds.flatMap((nodeId) =>
      zones.flatMap((zone) => SERVICES.flatMap((service) => laneEvents(nodeId, zone, service))),
    ),
  ];
  ingest(store, world, network, NOW);
  const positions = nodeIds.flatMap((nodeId) => itemIds.map((itemId) => supplyEvent(nodeId, itemId)));
  console.log(
    `events in, supply positions with statistics, durable batches of 500: ${ingest(store, world, positions, NOW)}`,
  );
  const again = positions
    .slice(0, 4000)
    .map((one) => ({ ...one, id: `${one.id}-again`, time: toRfc3339(NOW) }) as CloudEvent);
  console.log(`the same positions a second time, newer: ${ingest(store, world, again, NOW)}`);

  const warm = Array.from({ length: 2000 }, (_, index) => world.snapshotFor(TENANT, query(index), NOW));
  const snapshots = stopwatch();
  const times = 20_000;
  for (let index = 0; index < times; index++) world.snapshotFor(TENANT, query(index), NOW);
  console.log(
    `snapshotFor, ${NODES} nodes x 3 lines x ${SERVICES.length} carrier services: ${each(snapshots(), times)}`,
  );
  const sizes = warm.slice(0, 200).map((snapshot) => {
    const bytes = canonicalBytes(snapshot);
    return [bytes.length, deflateRawSync(bytes, { level: 1 }).length] as const;
  });
  const mean = (at: 0 | 1) => sizes.reduce((sum, size) => sum + size[at], 0) / sizes.length;
  const most = Math.max(...sizes.map(([, deflated]) => deflated));
  console.log(
    `a snapshot alone: ${mean(0).toFixed(0)} bytes of canonical JSON, deflate level 1 ${mean(1).toFixed(0)} bytes, at most ${most}`,
  );

  const memory = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const GROUP = 32; // what a flush finds queued with 32 connections
  const before = memory();
  const spent = { wall: 0, cpu: 0 };
  const spend = ({ wall, cpu }: { wall: number; cpu: number }) => {
    spent.wall += wall;
    spent.cpu += cpu;
  };
  for (let index = 0; index < decisions; index += GROUP) {
    const now = NOW + Math.floor(index / 2);
    const group = Array.from({ length: GROUP }, (_, offset) => {
      const snapshot = world.snapshotFor(TENANT, query(index + offset), now);
      const decision = decisionOf(index + offset, snapshot, now);
      const taking = stopwatch();
      const taken = world.take(TENANT, decision, snapshot, now + 30 * MINUTE_MS);
      spend(taking());
      return taken;
    });
    const writing = stopwatch();
    store.transaction(() => world.write(group));
    spend(writing());
  }
  console.log(`a hold of three lines, taken and written durably in groups of ${GROUP}: ${each(spent, decisions)}`);
  const grown = globalThis.gc ? `${(memory() - before).toFixed(1)} MB` : 'run node with --expose-gc';
  console.log(`memory grown over ${decisions} live holds: ${grown}`);

  const other = open();
  const opening = stopwatch();
  const started = openWorld(other);
  console.log(
    `openWorld with ${ITEMS} items, ${positions.length} positions, ${NODES * ZONES * SERVICES.length} lanes and ${decisions} live holds: ${once(opening())}`,
  );
  const [one, two] = [world, started].map((each) => JSON.stringify(each.snapshotFor(TENANT, query(1), NOW)));
  console.log(`its snapshots equal those of the world that ran: ${one === two}`);
  const expiry = stopwatch();
  world.snapshotFor(TENANT, query(1), NOW + decisions * 2 + HOUR_MS);
  console.log(`all ${decisions} holds expire at once: ${once(expiry())}`);
  other.close();
} finally {
  store.close();
  rmSync(folder, { recursive: true });
}
