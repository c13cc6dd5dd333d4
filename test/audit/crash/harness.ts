import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { logKeysOf } from '#audit/keys.ts';
import { createVerifier } from '#audit/note.ts';
import { storeSources } from '#audit/store-source.ts';
import { verifyLog } from '#audit/verify.ts';
import { dataFiles, packageRoot, shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';
import { ORIGIN, seededRandom } from '../sample-log.ts';

const here = dirname(fileURLToPath(import.meta.url));
const DEADLINE_MS = 20_000;

export interface CrashTally {
  runs: number;
  acknowledged: number;
  recovered: number;
  /** Refused, or never answered because the process died. */
  unanswered: number;
  /** Refused with `log-unavailable` while the disk failed. */
  refused: number;
  readonly problems: string[];
}

interface Ledger {
  readonly tried: Set<number>;
  readonly acknowledged: Set<number>;
  readonly refused: Set<number>;
}

function readLedger(file: string): Ledger {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const of = (what: string) =>
    new Set(lines.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.slice(2))));
  return { tried: of('T'), acknowledged: of('A'), refused: of('F') };
}

/** Holds what is on disk against the ledger: acknowledged within recovered within acknowledged plus failed. */
function compare(folder: string, tally: CrashTally): void {
  const ledger = readLedger(join(folder, 'ledger'));
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations });
  const [signer] = logKeysOf([new Uint8Array(32).fill(5)]).signersFor(ORIGIN);
  const [source] = storeSources(store);
  const ids = store.sqlite.prepare('SELECT decision_id FROM audit_leaves').pluck().all() as string[];
  const recovered = new Set(ids.map((id) => Number.parseInt(id.slice(-12), 16)));
  const report = source && verifyLog(source, { verifiers: [createVerifier(signer!.verifierKey)] });
  store.close();
  const say = (problem: string) => tally.problems.push(`${folder}: ${problem}`);
  if (report?.break && report.break.kind !== 'unsigned') say(report.break.message);
  if (recovered.size !== ids.length) say(`${ids.length - recovered.size} decisions are there twice`);
  for (const number of ledger.acknowledged)
    if (!recovered.has(number)) say(`decision ${number} was acknowledged and is gone`);
  for (const number of recovered)
    if (!ledger.tried.has(number)) say(`decision ${number} is there and was never asked for`);
  tally.acknowledged += ledger.acknowledged.size;
  tally.recovered += recovered.size;
  tally.refused += ledger.refused.size;
  tally.unanswered += ledger.tried.size - ledger.acknowledged.size;
}

/** Runs writers and hurts them: `kill` ends each at a random moment, `fault` lets its disk fail and lets it go on. */
export class CrashHarness {
  readonly folder: string;
  readonly #random: () => number;
  readonly #writer: string;
  #next = 0;
  #shim: string | undefined;

  constructor(seed: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'audit-crash-'));
    this.#random = seededRandom(seed);
    this.#writer = join(packageRoot, 'node_modules', '.cache', `audit-crash-${process.pid}.mjs`);
  }

  /** Bundles the writer, so that a start costs a moment, and compiles the shim; false when there is no compiler. */
  async prepare(): Promise<boolean> {
    await build({
      entryPoints: [join(here, 'writer.ts')],
      outfile: this.#writer,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    const shim = join(this.folder, 'faults.so');
    const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', shim, join(here, 'faults.c'), '-ldl']);
    if (compiled.status === 0) this.#shim = shim;
    return compiled.status === 0;
  }

  #start(folder: string, env: Record<string, string> = {}): ChildProcess {
    const args = [this.#writer, dataFiles(folder).store, shipped.migrations, join(folder, 'ledger'), `${this.#next}`];
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`the writer did not ${what} within ${DEADLINE_MS} ms`);
      await sleep(3);
    }
  }

  #acknowledged(folder: string): number {
    return readLedger(join(folder, 'ledger')).acknowledged.size;
  }

  async #kill(child: ChildProcess, folder: string): Promise<void> {
    if (child.exitCode !== null) throw new Error(`the writer ended by itself with ${child.exitCode}`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    this.#next = Math.max(this.#next, ...readLedger(join(folder, 'ledger')).tried) + 1;
  }

  #fresh(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    this.#next = 0;
    return folder;
  }

  /** `times` kill -9, `each` on one store before the next begins empty; checked after every kill. */
  async kills(times: number, each = 20): Promise<CrashTally> {
    const tally: CrashTally = { runs: 0, acknowledged: 0, recovered: 0, unanswered: 0, refused: 0, problems: [] };
    let folder = '';
    for (let run = 0; run < times; run++) {
      if (run % each === 0) folder = this.#fresh(`kill-${run}`);
      const before = this.#acknowledged(folder);
      const child = this.#start(folder);
      await this.#until(() => this.#acknowledged(folder) > before || child.exitCode !== null, 'acknowledge');
      await sleep(this.#random() * 60);
      await this.#kill(child, folder);
      const last = run % each === each - 1 || run === times - 1;
      compare(folder, last ? tally : { ...tally });
      tally.runs++;
      if (last) rmSync(folder, { recursive: true });
    }
    return tally;
  }

  /** `times` disk faults of every kind while the writer works; it has to go on by itself after each. */
  async faults(times: number, each = 10): Promise<CrashTally> {
    const tally: CrashTally = { runs: 0, acknowledged: 0, recovered: 0, unanswered: 0, refused: 0, problems: [] };
    if (!this.#shim) throw new Error('faults need the shim');
    for (let run = 0; run < times; ) {
      const folder = this.#fresh(`fault-${run}`);
      const control = join(folder, 'control');
      const child = this.#start(folder, { LD_PRELOAD: this.#shim, FAULT_FILE: control });
      for (let at = 0; at < each && run < times; at++, run++) {
        const before = this.#acknowledged(folder);
        await this.#until(() => this.#acknowledged(folder) > before, 'acknowledge');
        const refused = readLedger(join(folder, 'ledger')).refused.size;
        writeFileSync(control, 'swft'[run % 4]!);
        const bitten = () => readLedger(join(folder, 'ledger')).refused.size > refused;
        await this.#until(bitten, `notice fault ${'swft'[run % 4]}`);
        await sleep(this.#random() * 20);
        rmSync(control);
        const healed = this.#acknowledged(folder);
        await this.#until(() => this.#acknowledged(folder) > healed, 'go on after the fault');
        tally.runs++;
      }
      await this.#kill(child, folder);
      compare(folder, tally);
      rmSync(folder, { recursive: true });
    }
    return tally;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.#writer, { force: true });
  }
}
