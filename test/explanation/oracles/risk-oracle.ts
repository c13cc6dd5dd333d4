import type { Asked, Export, Found, Oracle, Value } from './oracle.ts';
import { ofOrder } from './recorded-order.ts';
import { type Row, type SlowModel, slowModel } from './slow-model.ts';

/** Rows of the last decisions made until this one are what is usual. */
const REFERENCE_DECISIONS = 60;
const MOST_REASONS = 4;
const EVEN_ODDS = 0.5;

interface Scored {
  readonly featureSetId: string;
  readonly subjects: readonly string[];
  readonly rows: readonly Row[];
}

const models = new Map<string, SlowModel>();
const explained = new Map<string, readonly (readonly [number, number])[]>();

/** Features that move this row most and by how much, each with its place; the first of equals first. */
function strongest(sha256: string, model: SlowModel, row: Row): readonly (readonly [number, number])[] {
  const key = `${sha256} ${JSON.stringify(row)}`;
  const found =
    explained.get(key) ??
    [...model.contributions(row).entries()]
      .filter(([, effect]) => effect !== 0)
      .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0])
      .slice(0, MOST_REASONS);
  explained.set(key, found);
  return found;
}

/** The lower middle of numbers; of categories the most frequent, the lowest of equals. */
function usualOf(type: string, values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  if (type === 'number') return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
  const times = (value: number): number => sorted.filter((one) => one === value).length;
  const most = Math.max(...sorted.map(times));
  return sorted.find((value) => times(value) === most) ?? null;
}

/** Shares and what is no whole number move by thousandths, units and days by one. */
function stepOf(unit: string, value: number): number {
  const whole = ['unit', 'day', 'line', 'shipment', 'order', 'gram', 'minute', 'hour'].flatMap((one) => [
    one,
    `${one}s`,
  ]);
  return [...whole, 'minor units', 'count'].includes(unit) && Number.isInteger(value) ? 1 : 0.001;
}

/**
 * The nearest value on the grid of its step at which one input alone brings the risk to even odds, found where the trees
 * turn and nowhere else; `bound value`, as the table writes it, upwards where both ways are as near.
 */
function flipOf(model: SlowModel, row: Row, at: number): string {
  const value = row[at]!;
  const step = stepOf(model.features[at]!.unit, value);
  const grid = (steps: number): number => Number((steps * step).toFixed(6));
  const risk = (one: number): number => model.probability(row.map((known, index) => (index === at ? one : known)));
  if (risk(value) <= EVEN_ODDS) return '-';
  const reach = Math.max(1, Math.ceil((Math.abs(value) * 9 + 30) / step));
  const [up, down] = [Math.floor(value / step), Math.ceil(value / step)];
  // What is not negative stays so.
  const lowest = value >= 0 ? 0 : down - reach;
  const found = model
    .turns(row, at)
    .flatMap((turn) => [-1, 0, 1, 2].map((more) => Math.floor(turn / step) + more))
    .filter((steps) => (steps > up && steps <= up + reach) || (steps < down && steps >= lowest))
    .map((steps) => ({ steps, far: steps > up ? steps - up : down - steps, bound: steps > up ? '>=' : '<=' }))
    .sort((a, b) => a.far - b.far || b.steps - a.steps)
    .find(({ steps }) => risk(grid(steps)) <= EVEN_ODDS);
  return found ? `${found.bound} ${grid(found.steps)}` : '-';
}

function referenceRows(log: Export, decisionId: string, featureSetId: string, asked: Asked): Row[] {
  return log
    .all(
      `SELECT r.value AS row FROM (SELECT d.id FROM dec d WHERE d.at <= (SELECT at FROM dec WHERE id = :decisionId) ORDER BY d.at DESC, d.id DESC LIMIT ${REFERENCE_DECISIONS}) n
       JOIN evidence e ON e.id = n.id, json_each(e.j, '$.features') f, json_each(f.value, '$.rows') r WHERE f.value ->> '$.featureSetId' = :featureSetId`,
      { ...asked, decisionId, featureSetId },
    )
    .map(({ row }) => JSON.parse(String(row)) as Row);
}

const orderRisk = ofOrder(({ at, one }, log, asked) => {
  if (at('chosen') === null) return { sentences: [{}] };
  const id = String(one('id'));
  const { evidence, modelText } = log.decidedOn(id);
  const tasks = asked['risk'] === null ? ['delay', 'stockout', 'split'] : [String(asked['risk'])];
  const sentences: Found[] = tasks.map((task) => {
    const value = at(`chosen.risks.${task}`);
    return value === null ? { task } : { task, value };
  });
  const rows: Value[][] = [];
  for (const { featureSetId, subjects, rows: scored } of evidence.features as readonly Scored[]) {
    const task = featureSetId.split('@')[0]!;
    const sha256 = evidence.decision.models.find((used) => used.task === task)?.sha256;
    if (!tasks.includes(task) || sha256 === undefined || scored.length === 0) continue;
    if (at(`chosen.risks.${task}`) === null) continue;
    const model = models.get(sha256) ?? slowModel(modelText(sha256));
    models.set(sha256, model);
    const risks = scored.map(model.probability);
    const worst = risks.indexOf(Math.max(...risks));
    const row = scored[worst]!;
    const reference = referenceRows(log, id, featureSetId, asked);
    const reasons = strongest(sha256, model, row).map(([feature, effect]): Value[] => {
      const { name, type, categories, owner = null } = model.features[feature]!;
      const value = row[feature]!;
      const usual = usualOf(
        type,
        reference.flatMap((other) => other[feature] ?? []),
      );
      const shown = (one: number | null): Value => (one === null ? 'missing' : (categories?.[one] ?? one));
      const then = usual === null ? row : row.map((one, index) => (index === feature ? usual : one));
      const effectPp = (risks[worst]! - model.probability(then)) * 100;
      const flip = owner !== null && type === 'number' && value !== null ? flipOf(model, row, feature) : '-';
      return [task, subjects[worst]!, name, shown(value), shown(usual), effect, effectPp, owner, flip];
    });
    rows.push(...reasons);
    // In a sentence stands what moves the risk by most points, the first of equals; what rounds to none is not said.
    const points = reasons.map((reason) => Math.abs(Number(reason[6])));
    const first = reasons[points.indexOf(Math.max(...points))];
    if (first) {
      const [, subject, feature, value, usual] = first as [Value, Value, Value, Value, Value];
      const effect = Math.max(...points);
      sentences.push(effect < 0.05 ? { subject } : { task, feature, subject, value, reference: usual, effect });
    }
    const flipped = reasons.find((reason) => reason[8] !== '-');
    if (flipped) {
      const [bound, value] = String(flipped[8]).split(' ');
      const side = bound === '>=' ? 'above' : 'below';
      sentences.push({ feature: flipped[2]!, value: Number(value), side, owner: flipped[7]! });
    }
  }
  return { sentences: sentences.slice(0, 6), rows };
});

export const RISK_ORACLES: Readonly<Record<string, Oracle>> = { 'order-risk': orderRisk };
