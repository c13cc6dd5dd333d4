import type { NodeType } from '#domain/network.ts';

export interface Place {
  readonly lat: number;
  readonly lng: number;
}

export interface ZonePlan extends Place {
  readonly zone: string;
  readonly country: string;
  /** Share of the customers, in no unit. */
  readonly weight: number;
}

export interface NodePlan extends Place {
  readonly nodeId: string;
  readonly nodeType: NodeType;
  readonly region: string;
  readonly timeZone: string;
  readonly cutoffTime: string;
  readonly workingDays: readonly number[];
  readonly chilled: boolean;
  /** Share of the catalogue that is kept here; the fast half of it first. */
  readonly range: number;
}

/** Delivery zones around the cities they are named after. */
export const ZONES: readonly ZonePlan[] = [
  { zone: 'NL-AMS', country: 'NL', lat: 52.37, lng: 4.9, weight: 10 },
  { zone: 'BE-BRU', country: 'BE', lat: 50.85, lng: 4.35, weight: 7 },
  { zone: 'DE-HAM', country: 'DE', lat: 53.55, lng: 9.99, weight: 11 },
  { zone: 'DE-MUC', country: 'DE', lat: 48.14, lng: 11.58, weight: 13 },
  { zone: 'FR-PAR', country: 'FR', lat: 48.86, lng: 2.35, weight: 14 },
  { zone: 'FR-MRS', country: 'FR', lat: 43.3, lng: 5.37, weight: 7 },
  { zone: 'ES-MAD', country: 'ES', lat: 40.42, lng: -3.7, weight: 9 },
  { zone: 'PT-LIS', country: 'PT', lat: 38.72, lng: -9.14, weight: 4 },
  { zone: 'IT-MIL', country: 'IT', lat: 45.46, lng: 9.19, weight: 10 },
  { zone: 'PL-WAW', country: 'PL', lat: 52.23, lng: 21.01, weight: 7 },
  { zone: 'AT-VIE', country: 'AT', lat: 48.21, lng: 16.37, weight: 5 },
  { zone: 'IE-DUB', country: 'IE', lat: 53.35, lng: -6.26, weight: 3 },
];

const WEEKDAYS = [1, 2, 3, 4, 5];
const WITH_SATURDAY = [1, 2, 3, 4, 5, 6];

/** Ten places in five time zones. */
export const NODES: readonly NodePlan[] = [
  {
    nodeId: 'DC-ROTTERDAM',
    nodeType: 'DC',
    region: 'WEST',
    timeZone: 'Europe/Amsterdam',
    cutoffTime: '16:00',
    workingDays: WITH_SATURDAY,
    chilled: true,
    range: 0.75,
    lat: 51.92,
    lng: 4.48,
  },
  {
    nodeId: 'DC-LEIPZIG',
    nodeType: 'DC',
    region: 'CENTRAL',
    timeZone: 'Europe/Berlin',
    cutoffTime: '17:00',
    workingDays: WEEKDAYS,
    chilled: false,
    range: 0.8,
    lat: 51.34,
    lng: 12.37,
  },
  {
    nodeId: 'DC-LYON',
    nodeType: 'DC',
    region: 'SOUTH',
    timeZone: 'Europe/Paris',
    cutoffTime: '15:30',
    workingDays: WEEKDAYS,
    chilled: true,
    range: 0.7,
    lat: 45.76,
    lng: 4.84,
  },
  {
    nodeId: 'DC-ZARAGOZA',
    nodeType: 'DC',
    region: 'IBERIA',
    timeZone: 'Europe/Madrid',
    cutoffTime: '14:00',
    workingDays: WEEKDAYS,
    chilled: false,
    range: 0.5,
    lat: 41.65,
    lng: -0.89,
  },
  {
    nodeId: '3PL-LODZ',
    nodeType: '3PL',
    region: 'EAST',
    timeZone: 'Europe/Warsaw',
    cutoffTime: '13:00',
    workingDays: WEEKDAYS,
    chilled: true,
    range: 0.45,
    lat: 51.76,
    lng: 19.46,
  },
  {
    nodeId: '3PL-VERONA',
    nodeType: '3PL',
    region: 'SOUTH',
    timeZone: 'Europe/Rome',
    cutoffTime: '14:30',
    workingDays: WEEKDAYS,
    chilled: false,
    range: 0.4,
    lat: 45.44,
    lng: 10.99,
  },
  {
    nodeId: 'STORE-PARIS',
    nodeType: 'STORE',
    region: 'WEST',
    timeZone: 'Europe/Paris',
    cutoffTime: '12:00',
    workingDays: WITH_SATURDAY,
    chilled: false,
    range: 0.15,
    lat: 48.86,
    lng: 2.35,
  },
  {
    nodeId: 'STORE-LISBON',
    nodeType: 'STORE',
    region: 'IBERIA',
    timeZone: 'Europe/Lisbon',
    cutoffTime: '12:00',
    workingDays: WITH_SATURDAY,
    chilled: false,
    range: 0.15,
    lat: 38.72,
    lng: -9.14,
  },
  {
    nodeId: 'STORE-DUBLIN',
    nodeType: 'STORE',
    region: 'WEST',
    timeZone: 'Europe/Dublin',
    cutoffTime: '12:00',
    workingDays: WITH_SATURDAY,
    chilled: false,
    range: 0.15,
    lat: 53.35,
    lng: -6.26,
  },
  {
    nodeId: 'VENDOR-HELSINKI',
    nodeType: 'VENDOR',
    region: 'NORTH',
    timeZone: 'Europe/Helsinki',
    cutoffTime: '10:00',
    workingDays: WEEKDAYS,
    chilled: false,
    range: 0.2,
    lat: 60.17,
    lng: 24.94,
  },
];

const EARTH_RADIUS_KM = 6371;

/** Great-circle distance (haversine). */
export function distanceKm(a: Place, b: Place): number {
  const rad = Math.PI / 180;
  const dLat = (b.lat - a.lat) * rad;
  const dLng = (b.lng - a.lng) * rad;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLng / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
