import type { Lane, Temperature } from '#domain/network.ts';
import { DAY_MS, HOUR_MS, type Instant } from '#domain/time.ts';
import { utcWeekday } from './calendar.ts';
import { distanceKm, type NodePlan, type ZonePlan } from './geography.ts';
import type { Random } from './random.ts';

export interface ServicePlan {
  readonly carrier: string;
  readonly carrierService: string;
  readonly expedited: boolean;
  /** The carrier's promise: `fixedDays + distance / kmPerDay`, rounded up. */
  readonly fixedDays: number;
  readonly kmPerDay: number;
  /** Standard deviation of the log of the transit time. */
  readonly spread: number;
  /** How much of the carrier's congestion it feels. */
  readonly exposure: number;
  readonly baseCents: number;
  readonly baseCentsPerKm: number;
  readonly perKgCents: number;
  readonly perKgCentsPerKm: number;
  readonly minimumCents: number;
  readonly dimDivisor: number;
  readonly maxWeightGrams: number | null;
  readonly maxLengthCm: number | null;
  readonly acceptsHazmat: boolean;
  readonly temperatures: readonly Temperature[];
  readonly operatingDays: readonly number[];
  readonly serves: (node: NodePlan, km: number) => boolean;
}

const WEEKDAYS = [1, 2, 3, 4, 5];
const WITH_SATURDAY = [1, 2, 3, 4, 5, 6];

export const SERVICES: readonly ServicePlan[] = [
  {
    carrier: 'PARCELA',
    carrierService: 'PARCELA-GROUND',
    expedited: false,
    fixedDays: 1,
    kmPerDay: 500,
    spread: 0.2,
    exposure: 1,
    baseCents: 420,
    baseCentsPerKm: 0.22,
    perKgCents: 24,
    perKgCentsPerKm: 0.03,
    minimumCents: 550,
    dimDivisor: 5000,
    maxWeightGrams: 150_000,
    maxLengthCm: 175,
    acceptsHazmat: true,
    temperatures: ['AMBIENT'],
    operatingDays: WEEKDAYS,
    serves: () => true,
  },
  {
    carrier: 'PARCELA',
    carrierService: 'PARCELA-EXPRESS',
    expedited: true,
    fixedDays: 1,
    kmPerDay: 1400,
    spread: 0.1,
    exposure: 0.5,
    baseCents: 1150,
    baseCentsPerKm: 0.55,
    perKgCents: 60,
    perKgCentsPerKm: 0.07,
    minimumCents: 1400,
    dimDivisor: 5000,
    maxWeightGrams: 70_000,
    maxLengthCm: 150,
    acceptsHazmat: false,
    temperatures: ['AMBIENT'],
    operatingDays: WITH_SATURDAY,
    serves: (node) => node.nodeType !== 'VENDOR',
  },
  {
    carrier: 'NORDHAUL',
    carrierService: 'NORDHAUL-ROAD',
    expedited: false,
    fixedDays: 2,
    kmPerDay: 420,
    spread: 0.28,
    exposure: 1.4,
    baseCents: 300,
    baseCentsPerKm: 0.16,
    perKgCents: 15,
    perKgCentsPerKm: 0.018,
    minimumCents: 450,
    dimDivisor: 4000,
    maxWeightGrams: 1_200_000,
    maxLengthCm: 400,
    acceptsHazmat: true,
    temperatures: ['AMBIENT'],
    operatingDays: WEEKDAYS,
    serves: (node) => node.nodeType !== 'STORE',
  },
  {
    carrier: 'SKYLINK',
    carrierService: 'SKYLINK-AIR',
    expedited: true,
    fixedDays: 1,
    kmPerDay: 6000,
    spread: 0.16,
    exposure: 0.8,
    baseCents: 2600,
    baseCentsPerKm: 0.4,
    perKgCents: 190,
    perKgCentsPerKm: 0.06,
    minimumCents: 3200,
    dimDivisor: 6000,
    maxWeightGrams: 60_000,
    maxLengthCm: 120,
    acceptsHazmat: false,
    temperatures: ['AMBIENT'],
    operatingDays: WITH_SATURDAY,
    serves: (node, km) => node.nodeType === 'DC' && km > 350,
  },
  {
    carrier: 'FRIGO',
    carrierService: 'FRIGO-CHILLED',
    expedited: false,
    fixedDays: 1,
    kmPerDay: 700,
    spread: 0.18,
    exposure: 0.9,
    baseCents: 900,
    baseCentsPerKm: 0.5,
    perKgCents: 45,
    perKgCentsPerKm: 0.05,
    minimumCents: 1200,
    dimDivisor: 5000,
    maxWeightGrams: 600_000,
    maxLengthCm: 240,
    acceptsHazmat: false,
    temperatures: ['CHILLED', 'AMBIENT'],
    operatingDays: WITH_SATURDAY,
    serves: (node) => node.chilled,
  },
];

export interface LanePlan {
  /** Its place in the list of lanes. */
  readonly index: number;
  readonly lane: Omit<Lane, 'performance' | 'asOf'>;
  readonly node: number;
  readonly zone: number;
  readonly service: number;
}

/** Every service from every node it serves to every zone. */
export function buildLanes(nodes: readonly NodePlan[], zones: readonly ZonePlan[]): LanePlan[] {
  const plans = nodes.flatMap((node, nodeIndex) =>
    zones.flatMap((zone, zoneIndex) => {
      // Roads are about a fifth longer than the great circle; a zone is some 15 km across.
      const km = Math.round(distanceKm(node, zone) * 1.2 + 15);
      return SERVICES.flatMap((service, serviceIndex) =>
        service.serves(node, km)
          ? [{ lane: lane(node, zone, service, km), node: nodeIndex, zone: zoneIndex, service: serviceIndex }]
          : [],
      );
    }),
  );
  return plans.map((plan, index) => ({ ...plan, index }));
}

function lane(node: NodePlan, zone: ZonePlan, service: ServicePlan, km: number): LanePlan['lane'] {
  return {
    nodeId: node.nodeId,
    zone: zone.zone,
    carrier: service.carrier,
    carrierService: service.carrierService,
    expedited: service.expedited,
    active: true,
    distanceKm: km,
    transitDays: Math.ceil(service.fixedDays - 0.5 + km / service.kmPerDay),
    operatingDays: service.operatingDays,
    rate: {
      base: Math.round(service.baseCents + service.baseCentsPerKm * km),
      perKg: Math.round(service.perKgCents + service.perKgCentsPerKm * km),
      minimum: service.minimumCents,
      fuelShare: 0.12,
    },
    dimDivisor: service.dimDivisor,
    maxWeightGrams: service.maxWeightGrams,
    maxLengthCm: service.maxLengthCm,
    acceptsHazmat: service.acceptsHazmat,
    temperatures: service.temperatures,
  };
}

/** How full each carrier's network is: a season, a slow drift of the carrier and a faster one of carrier and zone. */
export interface Congestion {
  readonly carriers: Map<string, number>;
  readonly zones: Map<string, number>;
}

export function startCongestion(): Congestion {
  return { carriers: new Map(), zones: new Map() };
}

/** One week on. Both drifts return to 0 (autoregressive); at times a zone has a bad week (strike, snow). */
export function advanceCongestion(congestion: Congestion, random: Random, zones: readonly ZonePlan[]): void {
  for (const { carrier } of SERVICES) {
    congestion.carriers.set(carrier, 0.88 * (congestion.carriers.get(carrier) ?? 0) + 0.2 * random.normal());
    for (const { zone } of zones) {
      const key = `${carrier}/${zone}`;
      const shock = random.chance(0.015) ? random.between(0.8, 1.8) : 0;
      congestion.zones.set(key, 0.75 * (congestion.zones.get(key) ?? 0) + 0.22 * random.normal() + shock);
    }
  }
}

/** Congestion of a lane at a moment: 0 is ordinary, 1 is bad. Peaks before Christmas, dips in August. */
export function congestionAt(congestion: Congestion, carrier: string, zone: string, at: Instant): number {
  const moment = new Date(at);
  const monthDay = (moment.getUTCMonth() + 1) * 100 + moment.getUTCDate();
  const season = monthDay >= 1120 && monthDay <= 1228 ? 0.9 : monthDay >= 801 && monthDay <= 825 ? -0.3 : 0;
  return season + (congestion.carriers.get(carrier) ?? 0) + (congestion.zones.get(`${carrier}/${zone}`) ?? 0);
}

/** What a shipment really takes, in days of the carrier's calendar, at least 1. Mondays and Fridays are slower. */
export function drawTransitDays(plan: LanePlan, congestion: number, shippedAt: Instant, random: Random): number {
  const service = SERVICES[plan.service]!;
  const weekday = utcWeekday(shippedAt);
  const logMean = -0.22 + 0.24 * service.exposure * congestion + (weekday === 1 || weekday === 5 ? 0.08 : 0);
  const days = plan.lane.transitDays * Math.exp(logMean + service.spread * random.normal());
  // The remainder of a day decides by chance whether the van of that day still has it.
  return Math.max(1, Math.floor(days + random.next()));
}

/** When it arrives: `days` operating days after it left, in the hours in which vans deliver. */
export function deliveryInstant(plan: LanePlan, shippedAt: Instant, days: number, random: Random): Instant {
  let day = Math.floor(shippedAt / DAY_MS) * DAY_MS;
  for (let left = days; left > 0; ) {
    day += DAY_MS;
    if (plan.lane.operatingDays.includes(utcWeekday(day))) left--;
  }
  return day + 8 * HOUR_MS + random.int(8 * 3600) * 1000;
}
