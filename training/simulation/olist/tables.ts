import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { DomainError } from '#domain/problems.ts';
import type { Instant } from '#domain/time.ts';
import type { Place } from '../geography.ts';

export interface RealProduct {
  readonly productId: string;
  readonly category: string;
  readonly weightGrams: number;
  readonly volumeCm3: number;
  readonly lengthCm: number;
}

export interface RealSeller extends Place {
  readonly sellerId: string;
  readonly city: string;
  readonly state: string;
}

export interface RealLine {
  readonly productId: string;
  readonly sellerId: string;
  readonly qty: number;
  /** Of one unit, in centavos. */
  readonly price: number;
  /** Of all units together, in centavos. */
  readonly freight: number;
}

/** An order with a known customer place and all its lines. */
export interface RealOrder extends Place {
  readonly orderId: string;
  readonly status: string;
  readonly state: string;
  readonly approvedAt: Instant;
  readonly carrierAt: Instant | null;
  readonly deliveredAt: Instant | null;
  /** End of the day that was promised. */
  readonly promiseAt: Instant | null;
  readonly lines: readonly RealLine[];
}

export interface RealTables {
  readonly products: ReadonlyMap<string, RealProduct>;
  readonly sellers: ReadonlyMap<string, RealSeller>;
  /** In the order of their approval. */
  readonly orders: readonly RealOrder[];
}

type Row = Readonly<Record<string, string>>;

function rowsOf(folder: string, name: string, columns: readonly string[]): Row[] {
  const path = join(folder, `${name}.csv.gz`);
  if (!existsSync(path))
    throw new DomainError('invalid-data', `\`${path}\` is not there; expected the raw tables`, { path });
  let rows: Row[];
  try {
    rows = parse(gunzipSync(readFileSync(path)), { columns: true });
  } catch (cause) {
    throw new DomainError('invalid-data', `\`${path}\` cannot be read as gzipped CSV`, { path }, cause);
  }
  for (const column of columns)
    if (rows[0]?.[column] === undefined)
      throw new DomainError('invalid-data', `\`${path}\` has no column \`${column}\``, { path, column });
  return rows;
}

const cents = (text: string): number => Math.round(Number(text) * 100);
const DAY_END = 24 * 3_600_000 - 1;

function instant(text: string): Instant | null {
  if (text === '') return null;
  const at = Date.parse(`${text.replace(' ', 'T')}${text.length === 10 ? 'T00:00:00' : ''}Z`);
  return Number.isNaN(at) ? null : at;
}

/** Reads the raw tables. Orders without a place, a time or a known product are left out. */
export function readTables(folder: string): RealTables {
  const places = new Map<string, Place>();
  for (const row of rowsOf(folder, 'geo_zip_prefix', [
    'geolocation_zip_code_prefix',
    'geolocation_lat',
    'geolocation_lng',
  ]))
    places.set(row['geolocation_zip_code_prefix']!, {
      lat: Number(row['geolocation_lat']),
      lng: Number(row['geolocation_lng']),
    });
  const products = new Map<string, RealProduct>();
  for (const row of rowsOf(folder, 'products', [
    'product_id',
    'product_weight_g',
    'product_length_cm',
    'volume_cm3',
    'category',
  ])) {
    const weightGrams = Math.round(Number(row['product_weight_g']));
    const volumeCm3 = Math.round(Number(row['volume_cm3']));
    if (!(weightGrams > 0) || !(volumeCm3 > 0)) continue;
    products.set(row['product_id']!, {
      productId: row['product_id']!,
      category: row['category'] || 'unknown',
      weightGrams,
      volumeCm3,
      lengthCm: Math.max(1, Number(row['product_length_cm'])),
    });
  }
  const sellers = new Map<string, RealSeller>();
  for (const row of rowsOf(folder, 'sellers', ['seller_id', 'seller_zip_code_prefix', 'seller_city', 'seller_state'])) {
    const place = places.get(row['seller_zip_code_prefix']!);
    if (!place) continue;
    sellers.set(row['seller_id']!, {
      sellerId: row['seller_id']!,
      city: row['seller_city']!,
      state: row['seller_state']!,
      ...place,
    });
  }
  const lines = linesOf(folder, products, sellers);
  return { products, sellers, orders: ordersOf(folder, places, lines) };
}

function linesOf(
  folder: string,
  products: ReadonlyMap<string, RealProduct>,
  sellers: ReadonlyMap<string, RealSeller>,
): Map<string, RealLine[] | null> {
  const lines = new Map<string, RealLine[] | null>();
  for (const row of rowsOf(folder, 'order_items', ['order_id', 'product_id', 'seller_id', 'price', 'freight_value'])) {
    const orderId = row['order_id']!;
    const known = lines.get(orderId);
    const productId = row['product_id']!;
    const sellerId = row['seller_id']!;
    // An order with one unknown line is not the real order any more.
    if (known === null || !products.has(productId) || !sellers.has(sellerId)) {
      lines.set(orderId, null);
      continue;
    }
    const freight = cents(row['freight_value']!);
    const same = known?.find((line) => line.productId === productId && line.sellerId === sellerId);
    if (same) known!.splice(known!.indexOf(same), 1, { ...same, qty: same.qty + 1, freight: same.freight + freight });
    else lines.set(orderId, [...(known ?? []), { productId, sellerId, qty: 1, price: cents(row['price']!), freight }]);
  }
  return lines;
}

function ordersOf(
  folder: string,
  places: ReadonlyMap<string, Place>,
  lines: ReadonlyMap<string, readonly RealLine[] | null>,
): RealOrder[] {
  const customers = new Map(
    rowsOf(folder, 'customers', ['customer_id', 'customer_zip_code_prefix', 'customer_state']).map((row) => [
      row['customer_id']!,
      row,
    ]),
  );
  const orders: RealOrder[] = [];
  for (const row of rowsOf(folder, 'orders_partial', ['order_id', 'customer_id', 'order_approved_at'])) {
    const customer = customers.get(row['customer_id']!);
    const place = customer && places.get(customer['customer_zip_code_prefix']!);
    const approvedAt = instant(row['order_approved_at']!) ?? instant(row['order_purchase_timestamp'] ?? '');
    const orderLines = lines.get(row['order_id']!);
    if (!customer || !place || approvedAt === null || !orderLines) continue;
    const promise = instant(row['order_estimated_delivery_date'] ?? '');
    orders.push({
      orderId: row['order_id']!,
      status: row['order_status'] ?? '',
      state: customer['customer_state']!,
      ...place,
      approvedAt,
      carrierAt: instant(row['order_delivered_carrier_date'] ?? ''),
      deliveredAt: instant(row['order_delivered_customer_date'] ?? ''),
      promiseAt: promise === null ? null : promise + DAY_END,
      lines: orderLines,
    });
  }
  return orders.sort((a, b) => a.approvedAt - b.approvedAt || (a.orderId < b.orderId ? -1 : 1));
}
