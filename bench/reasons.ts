// `npm run bench:reasons`: how long the reasons of a decision take when first read, and read again.
import { decisionReasons } from '#explanation/reasons.ts';
import { demoService } from '../test/explanation/fixture.ts';

const { service, sources } = await demoService(200);
const ids = sources
  .query('SELECT decision_id AS id FROM decision_index WHERE tenant_id = :tenant ORDER BY decided_at')
  .rows.map((row) => String(row['id']));
const read = (id: string): number => {
  const begun = process.cpuUsage();
  decisionReasons(sources.recorded(id)!, sources);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
};
for (const name of ['first', 'again']) {
  const took = ids.map(read).sort((a, b) => a - b);
  const at = (share: number): string => took[Math.floor(share * (took.length - 1))]!.toFixed(1);
  process.stdout.write(
    `${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms of processor time over ${took.length} decisions\n`,
  );
}
service.close();
