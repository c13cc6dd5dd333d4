// npm run bench:decide [decisions] [alike | varied]: processor time of `decide()` alone, over a world that each decision
// changes (mode hold): the order of bench:hot-path, and orders that differ. The hash is of all that was decided: the same
// in two versions, the same bytes.
import { createHash } from 'node:crypto';
import { canonicalText } from '#audit/canonical.ts';
import { uuidV7 } from '#domain/identifiers.ts';
import { NO_PRICES } from '#domain/snapshot.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { readConfig, shipped } from '#src/config.ts';
import { type Decided, decide } from '#src/decide.ts';
import { decisionRequestOf, parseRecommendation, type RecommendationBody } from '#src/request.ts';
import { createModelsInForce } from '#src/server/models-in-force.ts';
import { createPolicyInForce } from '#src/server/policy-in-force.ts';
import { openStore } from '#store/open.ts';
import { type CloudEvent, parseEvents } from '#world/events.ts';
import { openWorld } from '#world/projection.ts';
import { benchOrder, benchWorld } from './service-world.ts';
import { variedOrder, variedWorld } from './varied-world.ts';

const DECISIONS = Number(process.argv[2] ?? 1500);
const ROUNDS = 4;
const AT_A_TIME = 32;
const BEGIN = Date.parse('2026-11-25T06:00:00Z');
/** Between two orders: a day of them passes cut-offs. */
const APART_MS = 4_000;

const config = readConfig({ FAIRLEAD_HOME: ':memory:' });
const report = (error: unknown): void => console.error(error);
const models = createModelsInForce({ folder: config.modelsFolder, keep: () => {}, report }).current();
const policy = createPolicyInForce({ files: config.policyFiles, now: () => BEGIN, report }).current();

function measure(name: string, events: CloudEvent[], orderOf: (index: number, at: number) => RecommendationBody): void {
  const store = openStore({ file: ':memory:', migrationsFolder: shipped.migrations });
  const world = openWorld(store);
  store.transaction(() => world.ingest('default', parseEvents(events, BEGIN), BEGIN));
  const hash = createHash('sha256');
  let index = 0;
  function decideSome(count: number): number {
    let user = 0;
    for (let done = 0; done < count; done += AT_A_TIME) {
      const asked = Array.from({ length: AT_A_TIME }, () => {
        const decidedAt = BEGIN + index * APART_MS;
        const request = parseRecommendation(orderOf(index, decidedAt));
        const snapshot = world.snapshotFor('default', request, decidedAt);
        const decisionId = uuidV7(decidedAt, new Uint8Array(10).fill(index++ % 256));
        return { request: decisionRequestOf(request, snapshot, { decisionId, decidedAt }), snapshot };
      });
      const before = process.cpuUsage();
      const decided: Decided[] = [];
      for (const { request, snapshot } of asked) decided.push(decide(request, snapshot, models, policy, NO_PRICES));
      user += process.cpuUsage(before).user;
      for (const [at, { decision, features }] of decided.entries()) {
        hash.update(canonicalText([decision, features]));
        world.take('default', decision, asked[at]!.snapshot, decision.decidedAt + 30 * MINUTE_MS);
      }
    }
    return user / count;
  }
  decideSome(1500);
  const rounds = Array.from({ length: ROUNDS }, () => decideSome(DECISIONS));
  const each = rounds.map((time) => time.toFixed(0)).join(' ');
  console.log(`${name}: user ${each} us a decision; ${hash.digest('hex').slice(0, 12)}`);
  store.close();
}

if (process.argv[3] !== 'varied') measure('alike ', benchWorld(BEGIN), benchOrder);
if (process.argv[3] !== 'alike') measure('varied', variedWorld(BEGIN), variedOrder);
