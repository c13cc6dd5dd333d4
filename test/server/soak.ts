// npm run soak [rounds]: 64 clients on scarce stock over and over, the process killed five times in each round.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli } from '../cli/built.ts';
import { oversellRun } from './oversell-run.ts';

const rounds = Number(process.argv[2] ?? 20);
const cli = buildCli();
let oversold = 0;
try {
  for (let round = 1; round <= rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-soak-'));
    const stock = { 'DC-NORTH': 300 + round, 'DC-SOUTH': 120 };
    const run = await oversellRun({
      start: (args) => cli.start(args),
      folder,
      clients: 64,
      ordersEach: 8,
      kills: 5,
      stock,
    });
    rmSync(folder, { recursive: true, force: true });
    for (const [nodeId, units] of Object.entries(stock))
      oversold += Math.max(0, (run.held[nodeId] ?? 0) - units) + Math.max(0, (run.promised[nodeId] ?? 0) - units);
    oversold += run.lost + run.gaps;
    console.log(
      `round ${round}: ${run.acknowledged} answers, ${run.kills} kills, held ${JSON.stringify(run.held)} of ${JSON.stringify(stock)}, lost ${run.lost}, gaps ${run.gaps}`,
    );
  }
} finally {
  cli.remove();
}
console.log(`${oversold} units oversold or decisions lost in ${rounds} rounds`);
process.exitCode = oversold === 0 ? 0 : 1;
