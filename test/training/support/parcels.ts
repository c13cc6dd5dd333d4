import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '#src/cli/main.ts';
import { randomFrom } from '#training/random.ts';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);

export interface Parcel {
  id: string;
  at: string;
  known: string;
  distance: string;
  load: string;
  carrier: string;
  late: string;
}

/** A small made-up set: parcels are late by distance, load and carrier, and it is known five days later. */
export function parcels(rows: number, seed = 1, more: (row: Parcel, late: boolean) => void = () => {}): Parcel[] {
  const random = randomFrom(seed);
  return Array.from({ length: rows }, (_, i) => {
    const distance = random.next() * 1000;
    const load = random.next();
    const carrier = ['ACE', 'BOLT', 'CARGO'][random.below(3)]!;
    const logOdds = -3 + distance / 400 + 2 * load + (carrier === 'CARGO' ? 1 : 0);
    const late = random.next() < 1 / (1 + Math.exp(-logOdds));
    const at = START + Math.floor((i / rows) * 180) * DAY;
    const row: Parcel = {
      id: `p${i}`,
      at: new Date(at).toISOString().slice(0, 10),
      known: new Date(at + 5 * DAY).toISOString().slice(0, 10),
      distance: distance.toFixed(1),
      load: i % 11 === 0 ? '' : load.toFixed(3),
      carrier,
      late: late ? 'Yes' : 'No',
    };
    more(row, late);
    return row;
  });
}

export const MAPPING = `name: parcels
task: delay
id: id
time: at
observedAt: known
label: late
features:
  distance: { type: number, unit: km, monotone: 1 }
  load: number
  carrier: category
segments: [carrier]
`;

export function csvOf(rows: readonly object[], drop: readonly string[] = []): string {
  const names = Object.keys(rows[0]!).filter((name) => !drop.includes(name));
  const lines = rows.map((row) => names.map((name) => (row as Record<string, string>)[name]).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

export function folderWith(files: Record<string, string | Buffer>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'parcels-'));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return (name) => join(folder, name);
}

/** Runs the command line as a person would; what it printed and its exit code. */
export async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive: false,
  });
  return { code, out, err };
}
