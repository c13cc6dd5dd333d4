import type { Item } from '#domain/network.ts';
import type { Random } from './random.ts';

/** Syntetos and Boylan's classes, by how often demand comes and how its size varies. */
export const DEMAND_CLASSES = ['smooth', 'erratic', 'intermittent', 'lumpy'] as const;
export type DemandClass = (typeof DEMAND_CLASSES)[number];

export interface CatalogueItem {
  readonly item: Item;
  readonly unitPrice: number;
  readonly demandClass: DemandClass;
  /** Relative frequency of order lines. */
  readonly popularity: number;
  readonly meanQty: number;
  /** Coefficient of variation of a line's quantity. */
  readonly qtyVariation: number;
  /** How much the item sells beyond its mean in the height of its season, and the month of that height (0..11). */
  readonly season: { readonly amplitude: number; readonly peakMonth: number };
  readonly supplier: number;
  /** Indices of items that are often bought with it. */
  readonly companions: readonly number[];
  readonly substitutes: readonly number[];
  /** Length of time between popularity shifts is a week; their size: standard deviation of the log. */
  readonly trendVolatility: number;
}

interface ClassPlan {
  readonly itemClass: string;
  readonly share: number;
  readonly weightGrams: number;
  readonly densityGramsPerCm3: number;
  readonly unitCostCents: number;
  readonly hazmat: boolean;
  readonly chilled: boolean;
  readonly peakMonth: number;
}

const CLASS_PLANS: readonly ClassPlan[] = [
  plan('fasteners', 0.2, 900, 1.6, 450),
  plan('hand-tools', 0.14, 1_400, 0.8, 1_900),
  plan('power-tools', 0.08, 5_200, 0.35, 9_800),
  plan('electrical', 0.16, 700, 0.5, 1_600),
  plan('lighting', 0.09, 1_800, 0.18, 3_200, { peakMonth: 10 }),
  plan('plumbing', 0.12, 2_600, 0.45, 2_400, { peakMonth: 0 }),
  plan('safety', 0.08, 600, 0.2, 1_500),
  plan('paints', 0.06, 6_500, 1.1, 2_800, { hazmat: true, peakMonth: 4 }),
  plan('batteries', 0.04, 1_100, 1.4, 3_900, { hazmat: true, peakMonth: 11 }),
  plan('chilled-reagents', 0.03, 800, 0.7, 6_400, { chilled: true }),
];

function plan(
  itemClass: string,
  share: number,
  weightGrams: number,
  densityGramsPerCm3: number,
  unitCostCents: number,
  more: { hazmat?: boolean; chilled?: boolean; peakMonth?: number } = {},
): ClassPlan {
  const { hazmat = false, chilled = false, peakMonth = 5 } = more;
  return { itemClass, share, weightGrams, densityGramsPerCm3, unitCostCents, hazmat, chilled, peakMonth };
}

const CLASS_SHARES = CLASS_PLANS.map(({ share }) => share);

/** Mean quantity, its variation and popularity, by demand class. */
const DEMAND_PLANS: Record<DemandClass, { share: number; qty: number; variation: number; popularity: number }> = {
  smooth: { share: 0.2, qty: 4, variation: 0.4, popularity: 8 },
  erratic: { share: 0.15, qty: 5, variation: 1.2, popularity: 5 },
  intermittent: { share: 0.4, qty: 2, variation: 0.4, popularity: 1 },
  lumpy: { share: 0.25, qty: 6, variation: 1.3, popularity: 0.8 },
};

/** Items with their demand, `ITEM-0001` on, the same for the same stream. */
export function buildCatalogue(random: Random, count: number, suppliers: number): CatalogueItem[] {
  const plans = Array.from({ length: count }, () => CLASS_PLANS[random.weighted(CLASS_SHARES)]!);
  const ofClass = new Map<string, number[]>();
  for (const [index, { itemClass }] of plans.entries())
    ofClass.set(itemClass, [...(ofClass.get(itemClass) ?? []), index]);
  return plans.map((classPlan, index) => {
    const family = ofClass.get(classPlan.itemClass)!;
    const neighbours = [1, 2].map((step) => family[(family.indexOf(index) + step) % family.length]!);
    const demandClass =
      DEMAND_CLASSES[random.weighted(DEMAND_CLASSES.map((name) => DEMAND_PLANS[name].share))] ?? 'smooth';
    const demand = DEMAND_PLANS[demandClass];
    const unitCost = Math.round(random.lognormal(classPlan.unitCostCents, 0.7)) + 20;
    return {
      item: buildItem(random, classPlan, index, unitCost),
      unitPrice: Math.round(unitCost * random.between(1.25, 1.7)),
      demandClass,
      popularity: random.lognormal(demand.popularity, 0.6),
      meanQty: demand.qty,
      qtyVariation: demand.variation,
      season: { amplitude: random.between(0.05, 0.45), peakMonth: classPlan.peakMonth },
      supplier: random.int(suppliers),
      companions: [random.int(count), random.int(count), ...neighbours.slice(0, 1)].filter((other) => other !== index),
      substitutes: neighbours.filter((other) => other !== index),
      trendVolatility: random.between(0.05, 0.3),
    };
  });
}

function buildItem(random: Random, classPlan: ClassPlan, index: number, unitCost: number): Item {
  const weightGrams = Math.max(20, Math.round(random.lognormal(classPlan.weightGrams, 0.8)));
  const volumeCm3 = Math.max(10, Math.round((weightGrams / classPlan.densityGramsPerCm3) * random.between(0.7, 1.4)));
  return {
    itemId: `ITEM-${String(index + 1).padStart(4, '0')}`,
    itemClass: classPlan.itemClass,
    uom: 'EA',
    unitCost,
    weightGrams,
    volumeCm3,
    lengthCm: Math.max(2, Math.round(Math.cbrt(volumeCm3) * random.between(1, 2.2))),
    hazmat: classPlan.hazmat,
    temperature: classPlan.chilled ? 'CHILLED' : 'AMBIENT',
  };
}
