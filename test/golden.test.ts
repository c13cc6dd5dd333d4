import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { toRfc3339 } from '#domain/time.ts';
import { loadPolicy } from '#policies/load.ts';
import { packageRoot, shipped } from '#src/config.ts';
import { type Decided, decide } from '#src/decide.ts';
import { decisionRequestOf, parseRecommendation } from '#src/request.ts';
import { snapshotOf } from '#src/wire/snapshot.ts';
import { shippedModels } from './shipped-models.ts';

/** A decision as data: an order, what differs from the common world, and what must come of it. */
interface Golden {
  readonly note: string;
  /** Default: Monday 2 March 2026, 09:00 UTC. */
  readonly now?: string;
  readonly request: Record<string, unknown>;
  /** Lists that replace those of `world.json`. */
  readonly world?: Record<string, unknown>;
  readonly want: {
    readonly status: string;
    readonly nodes?: readonly string[];
    readonly services?: readonly string[];
    readonly items?: readonly string[];
    readonly shipDates?: readonly string[];
    readonly short?: Readonly<Record<string, number>>;
    readonly rejected?: Readonly<Record<string, string>>;
    readonly category?: string;
    readonly owner?: string;
    /** The smallest change that lets each of the nearest plans past each rule in its way. */
    readonly relaxations?: readonly string[];
    readonly savingAtLeast?: number;
  };
}

const folder = join(packageRoot, 'test/golden');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const world = read('world.json');
const policy = loadPolicy([join(shipped.policies, 'default.policy.yaml')]);
const names = readdirSync(folder).filter(
  (name) => name.endsWith('.json') && name !== 'world.json' && !name.startsWith('readme'),
);

function run(golden: Golden): Decided['decision'] {
  const now = Date.parse(golden.now ?? '2026-03-02T09:00:00Z');
  const parsed = parseRecommendation({ ...golden.request, snapshot: { ...world, ...golden.world } });
  const snapshot = snapshotOf(parsed.snapshot!, parsed.order.shipTo.zone, now);
  const stamp = { decisionId: '019cad3a-1500-7000-8000-000000000001', decidedAt: now };
  return decide(decisionRequestOf(parsed, snapshot, stamp), snapshot, shippedModels(), policy, NO_PRICES).decision;
}

describe('golden decisions', () => {
  it('has them', () => expect(names.length).toBeGreaterThanOrEqual(12));

  it.each(names)('%s', (name) => {
    const golden: Golden = read(name);
    const { want } = golden;
    const decision = run(golden);
    const shipments = decision.chosen?.plan.shipments ?? [];
    const seen: Record<string, unknown> = {
      status: decision.status,
      nodes: shipments.map(({ nodeId }) => nodeId),
      services: shipments.map(({ carrierService }) => carrierService),
      items: shipments.flatMap(({ assignments }) => assignments.map(({ itemId }) => itemId)),
      shipDates: shipments.map(({ shipDate }) => toRfc3339(shipDate)),
      short: Object.fromEntries(
        (decision.chosen?.plan.shortLines ?? []).map(({ orderLineId, qty }) => [orderLineId, qty]),
      ),
      category: decision.exception?.category,
      owner: decision.exception?.owner,
      relaxations: decision.exception?.nearest.flatMap(({ outcomes }) =>
        outcomes.flatMap(({ relaxation }) => relaxation?.text ?? []),
      ),
    };
    const { savingAtLeast, rejected, ...exact } = want;
    for (const [key, value] of Object.entries(exact)) expect({ [key]: seen[key] }).toEqual({ [key]: value });
    for (const [nodeId, code] of Object.entries(rejected ?? {})) {
      const entry = decision.rejected.find(({ nodeIds }) => nodeIds.join() === nodeId);
      expect(entry?.reasons.map((reason) => reason.code)).toContain(code);
    }
    if (savingAtLeast !== undefined) expect(decision.suggested?.saving).toBeGreaterThanOrEqual(savingAtLeast);
  });
});
