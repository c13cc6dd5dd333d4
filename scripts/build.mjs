// node scripts/build.mjs [folder [entry...]]: bundles the CLI and its lazily loaded parts to dist/ or the folder. Packages stay external, so native modules load from node_modules.
import { rm } from 'node:fs/promises';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [outdir = `${root}dist`, ...more] = process.argv.slice(2);
await rm(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  // The second runs in a thread of its own, so it needs a file of its own.
  entryPoints: {
    cli: 'src/cli.ts',
    'reading-thread': 'src/server/reading-thread.ts',
    ...Object.fromEntries(more.map((file) => [parse(file).name, file])),
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
