import type { SupplyPosition } from '#domain/supply.ts';
import { type StockoutSubject, stockoutMatrix } from '#features/stockout.ts';
import type { RiskModel } from '#models/risk-model.ts';

/** Scores of one position by the units taken. */
type ByQuantity = Map<number, number>;

/** By model, then position: both are never changed, and an order finds most positions as the one before left them. */
const remembered = new WeakMap<RiskModel, WeakMap<SupplyPosition, ByQuantity>>();
/** Of one position; orders ask for few quantities, and an odd one must not fill the memory. */
const MOST_QUANTITIES = 16;

function scoresOf(model: RiskModel): WeakMap<SupplyPosition, ByQuantity> {
  let scores = remembered.get(model);
  if (!scores) {
    scores = new WeakMap();
    remembered.set(model, scores);
  }
  return scores;
}

function remember(scores: WeakMap<SupplyPosition, ByQuantity>, { position, takenQty }: StockoutSubject, risk: number) {
  let known = scores.get(position);
  if (!known) {
    known = new Map();
    scores.set(position, known);
  } else if (known.size >= MOST_QUANTITIES) known.clear();
  known.set(takenQty, risk);
}

/** What `model.predict` says of each subject, each position and quantity scored once while the position stands. */
export function stockoutRisks(model: RiskModel, subjects: readonly StockoutSubject[]): Float64Array {
  const scores = scoresOf(model);
  const risks = new Float64Array(subjects.length);
  const open: number[] = [];
  // Subjects of one position follow each other.
  let last: SupplyPosition | null = null;
  let ofLast: ByQuantity | undefined;
  for (let index = 0; index < subjects.length; index++) {
    const { position, takenQty } = subjects[index]!;
    if (position !== last) ofLast = scores.get(position);
    last = position;
    const known = ofLast?.get(takenQty);
    if (known === undefined) open.push(index);
    else risks[index] = known;
  }
  if (open.length === 0) return risks;
  const found = model.predict(stockoutMatrix(open.map((index) => subjects[index]!)));
  for (const [row, index] of open.entries()) {
    risks[index] = found[row]!;
    remember(scores, subjects[index]!, found[row]!);
  }
  return risks;
}
