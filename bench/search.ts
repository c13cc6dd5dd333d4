// Candidate search by size: `npm run bench:search`. Models are left out; `bench:score` measures them.
import { NO_PRICES } from '#domain/snapshot.ts';
import { generateCandidates } from '#sourcing/candidates.ts';
import { rates } from '../test/sourcing/cases.ts';
import { generated, type Size } from '../test/sourcing/generated.ts';

const SIZES: (Size & { orders: number })[] = [
  { nodes: 8, lines: 3, stocked: 0.8, orders: 400 },
  { nodes: 8, lines: 3, stocked: 0.3, orders: 400 },
  { nodes: 20, lines: 10, stocked: 0.8, orders: 20 },
  { nodes: 20, lines: 10, stocked: 0.3, orders: 20 },
  { nodes: 200, lines: 50, stocked: 0.3, orders: 3 },
];

console.log('nodes  lines  stocked  orders  exact   p50 ms    max ms  plans examined (mean)');
for (const { orders, ...size } of SIZES) {
  const inputs = Array.from({ length: orders }, (_unused, seed) => generated(size, seed));
  const models = { stockout: null, delay: null, split: null };
  const times: number[] = [];
  let examined = 0;
  let exact = 0;
  for (const input of [...inputs.slice(0, 50), ...inputs]) {
    const start = performance.now();
    const { search } = generateCandidates({ ...input, models, prices: NO_PRICES, rates });
    times.push(performance.now() - start);
    examined += search.plansExamined;
    if (search.exact) exact++;
  }
  const measured = times.slice(-orders).sort((a, b) => a - b);
  const cells = [
    String(size.nodes).padStart(5),
    String(size.lines).padStart(6),
    String(size.stocked).padStart(8),
    String(orders).padStart(7),
    `${Math.round((100 * exact) / times.length)}%`.padStart(6),
    measured[Math.floor(orders / 2)]!.toFixed(3).padStart(8),
    measured.at(-1)!.toFixed(3).padStart(9),
    String(Math.round(examined / times.length)).padStart(10),
  ];
  console.log(cells.join(' '));
}
