import { builtinModules } from 'node:module';

/** One row of the import table: files under `paths` may import our `layers`, and the `packages` named. */
export interface Rule {
  readonly layer: string;
  /** File or folder prefixes, relative to the repository; the longest match decides. */
  readonly paths: readonly string[];
  readonly layers: readonly string[];
  /** Package names; `node:*` allows every built-in. */
  readonly packages: readonly string[];
}

const SERVICE = [
  'domain',
  'request',
  'store',
  'features',
  'policies',
  'policy-rules',
  'models',
  'audit-record',
  'audit',
  'world',
  'sourcing',
  'decide',
  'exceptions',
  'kpis',
  'explanation',
];

/** Who may import whom; a layer may always import itself. */
export const rules: readonly Rule[] = [
  { layer: 'domain', paths: ['src/domain/'], layers: [], packages: ['zod'] },
  { layer: 'request', paths: ['src/request.ts', 'src/wire/'], layers: ['domain'], packages: ['zod'] },
  {
    layer: 'store',
    paths: ['src/store/'],
    layers: ['domain'],
    packages: ['drizzle-orm', 'better-sqlite3', 'node:crypto', 'node:fs', 'node:path', 'node:url'],
  },
  { layer: 'features', paths: ['src/features/'], layers: ['domain'], packages: [] },
  {
    layer: 'policies',
    paths: ['policies/'],
    layers: ['domain', 'policy-rules'],
    packages: ['zod', 'yaml', '@marcbachmann/cel-js', 'node:crypto', 'node:fs', 'node:path', 'node:url'],
  },
  // Rules see the guard's own types and nothing of the machine.
  {
    layer: 'policy-rules',
    paths: ['policies/rules/', 'policies/rule.ts', 'policies/measures.ts'],
    layers: ['domain'],
    packages: [],
  },
  {
    layer: 'models',
    paths: ['models/'],
    layers: ['domain'],
    packages: ['zod', 'node:fs', 'node:crypto', 'node:path', 'node:url'],
  },
  // The record's shape, the tree and canonical bytes are pure: they run anywhere, also in a stranger's process.
  {
    layer: 'audit-record',
    paths: ['audit/record.ts', 'audit/event-records.ts', 'audit/evidence.ts', 'audit/canonical.ts', 'audit/merkle.ts'],
    layers: ['domain'],
    packages: ['zod', 'canonicalize'],
  },
  {
    layer: 'audit',
    paths: ['audit/'],
    layers: ['domain', 'store', 'audit-record'],
    packages: ['canonicalize', 'drizzle-orm', 'zod', '@duckdb/node-api', 'node:*'],
  },
  {
    layer: 'world',
    paths: ['src/world/'],
    layers: ['domain', 'request', 'store'],
    packages: ['drizzle-orm', 'zod', 'node:crypto'],
  },
  { layer: 'sourcing', paths: ['src/sourcing/'], layers: ['domain', 'features', 'models'], packages: ['highs'] },
  {
    layer: 'decide',
    paths: ['src/decide.ts', 'src/replay.ts', 'src/decide/'],
    layers: ['domain', 'request', 'features', 'models', 'policies', 'policy-rules', 'sourcing', 'audit-record'],
    packages: [],
  },
  {
    layer: 'exceptions',
    paths: ['src/exceptions/'],
    layers: ['domain', 'store', 'policies', 'policy-rules', 'audit-record'],
    packages: ['drizzle-orm', 'zod'],
  },
  {
    layer: 'kpis',
    paths: ['src/kpis/'],
    layers: ['domain', 'store', 'policies', 'audit-record'],
    packages: ['drizzle-orm', 'zod'],
  },
  {
    layer: 'explanation',
    paths: ['src/explanation/'],
    layers: ['domain', 'decide', 'models', 'policies', 'policy-rules', 'kpis', 'store', 'audit-record', 'features'],
    packages: ['zod', 'drizzle-orm'],
  },
  // The only file that speaks to an LLM.
  {
    layer: 'explanation',
    paths: ['src/explanation/llm-client.ts'],
    layers: ['domain'],
    packages: ['openai', 'zod'],
  },
  {
    layer: 'routes',
    paths: ['src/routes/', 'src/mcp/', 'src/app.ts', 'src/console/'],
    layers: SERVICE,
    packages: ['hono', 'zod', '@modelcontextprotocol/sdk', 'prom-client', 'node:crypto', 'node:zlib'],
  },
  {
    layer: 'composition',
    paths: ['src/server.ts', 'src/cli.ts', 'src/config.ts', 'src/cli/', 'src/server/'],
    layers: [...SERVICE, 'routes'],
    packages: ['@hono/node-server', '@modelcontextprotocol/sdk', 'zod', 'prom-client', 'node:*'],
  },
  // The places that load training, and only when a training command is asked for.
  {
    layer: 'composition',
    paths: ['src/cli/training.ts', 'src/cli/models.ts'],
    layers: ['domain', 'models', 'training'],
    packages: ['node:*'],
  },
  {
    layer: 'composition',
    paths: ['src/cli/demo.ts'],
    layers: [...SERVICE, 'routes', 'training'],
    packages: ['node:*'],
  },
  { layer: 'composition', paths: ['src/cli/simulate.ts'], layers: ['domain', 'training'], packages: ['node:*'] },
  {
    layer: 'composition',
    paths: ['src/cli/simulate-olist.ts'],
    layers: ['domain', 'request', 'training'],
    packages: ['node:*', '@hono/node-server'],
  },
  {
    layer: 'training',
    paths: ['training/'],
    // Sourcing for ship dates: a delay row must have the dates that the service would score.
    layers: [
      'domain',
      'request',
      'features',
      'models',
      'sourcing',
      'audit',
      'audit-record',
      'world',
      'store',
      'explanation',
    ],
    packages: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-node',
      'ml-random-forest',
      '@duckdb/node-api',
      'csv-parse',
      'drizzle-orm',
      'zod',
      'yaml',
      'node:*',
    ],
  },
];

const builtins = new Set(builtinModules);

function ruleOf(path: string, table: readonly Rule[]): Rule | undefined {
  let best: { rule: Rule; length: number } | undefined;
  for (const rule of table)
    for (const prefix of rule.paths)
      if (path.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = { rule, length: prefix.length };
  return best?.rule;
}

export function layerOf(path: string, table: readonly Rule[] = rules): string | undefined {
  return ruleOf(path, table)?.layer;
}

/** Every module specifier of a source text: static, type-only, dynamic, re-exported and required. */
export function importsOf(text: string): string[] {
  // Comments and plain strings outside import positions are blanked first, so that prose never counts.
  const code = text.replace(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/[^\n]*/g, '$1');
  const found: string[] = [];
  const pattern =
    /(?:^|[;\n}])\s*(?:import|export)\s+(?:type\s+)?(?:[\w*${},\s]+?\s+from\s+)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g;
  for (const match of code.matchAll(pattern)) found.push((match[1] ?? match[2])!);
  return found;
}

const ALIASES: Record<string, string> = {
  '#src/': 'src/',
  '#models/': 'models/',
  '#policies/': 'policies/',
  '#audit/': 'audit/',
  '#training/': 'training/',
};

function ownPath(specifier: string, resolveRelative: (specifier: string) => string): string | undefined {
  if (specifier.startsWith('.')) return resolveRelative(specifier);
  if (!specifier.startsWith('#')) return undefined;
  for (const [alias, folder] of Object.entries(ALIASES))
    if (specifier.startsWith(alias)) return folder + specifier.slice(alias.length);
  return `src/${specifier.slice(1)}`;
}

function packageOf(specifier: string): string {
  const bare = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
  if (specifier.startsWith('node:') || builtins.has(bare)) return `node:${bare}`;
  return bare
    .split('/')
    .slice(0, bare.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What a file imports against the table, one line each; empty when it keeps to it. */
export function violations(
  path: string,
  text: string,
  table: readonly Rule[],
  resolveRelative: (specifier: string) => string,
): string[] {
  const rule = ruleOf(path, table);
  if (!rule) return [`${path}: belongs to no layer`];
  return importsOf(text).flatMap((specifier) => {
    const own = ownPath(specifier, resolveRelative);
    if (own !== undefined) {
      const target = layerOf(own, table);
      const allowed = target !== undefined && (target === rule.layer || rule.layers.includes(target));
      return allowed ? [] : [`${path}: ${rule.layer} imports ${own} of ${target ?? 'no layer'}`];
    }
    const name = packageOf(specifier);
    const allowed = rule.packages.includes(name) || (name.startsWith('node:') && rule.packages.includes('node:*'));
    return allowed ? [] : [`${path}: ${rule.layer} imports the package ${name}`];
  });
}
