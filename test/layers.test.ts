import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, layerOf, type Rule, rules, violations } from './layers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function sourceFiles(): string[] {
  return ['src', 'models', 'training', 'policies', 'audit']
    .filter((top) => existsSync(join(root, top)))
    .flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
        .map((path) => join(top, path)),
    );
}

function check(path: string, text: string, table: readonly Rule[] = rules): string[] {
  return violations(path, text, table, (specifier) => relative(root, resolve(root, dirname(path), specifier)));
}

describe('layers', () => {
  const files = sourceFiles();

  it('sees the files and gives each a layer', () => {
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  it('every import goes where the table allows', () => {
    expect(files.flatMap((path) => check(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  const planted: [string, string, string][] = [
    ['upward alias', 'src/domain/order.ts', `import { decide } from '#src/decide.ts';`],
    ['upward relative path', 'src/features/stockout.ts', `import { x } from '../../models/registry.ts';`],
    ['re-export', 'policies/guard.ts', `export { price } from '#sourcing/cost-to-serve.ts';`],
    ['star re-export', 'policies/guard.ts', `export * from '#world/world.ts';`],
    ['type-only import', 'models/registry.ts', `import type { World } from '#world/world.ts';`],
    ['dynamic import', 'src/decide.ts', `const w = await import('#world/world.ts');`],
    ['inline type import', 'models/registry.ts', `let w: import('#world/world.ts').World;`],
    ['multi-line import', 'src/domain/order.ts', `import {\n  a,\n  b,\n} from '#models/registry.ts';`],
    ['node built-in in a pure layer', 'src/features/split.ts', `import { readFileSync } from 'node:fs';`],
    ['bare built-in in a pure layer', 'src/sourcing/candidates.ts', `import fs from 'fs';`],
    ['package outside the table', 'src/explanation/grammar.ts', `import OpenAI from 'openai';`],
    ['side-effect import', 'src/domain/order.ts', `import 'better-sqlite3';`],
    ['training from the service', 'src/server.ts', `import { train } from '#training/train.ts';`],
    ['require', 'src/domain/order.ts', `const z = require('node:fs');`],
  ];
  it.each(planted)('catches a planted %s', (_what, path, text) => {
    expect(check(path, text)).toHaveLength(1);
  });

  it('reads past comments and strings', () => {
    expect(importsOf(`// import 'node:fs'\n/* import x from 'y' */ const s = "import 'z'";`)).toEqual([]);
  });
});
