import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, readConfig } from '#src/config.ts';

const namesIn = (text: string): string[] => text.match(/FAIRLEAD_[A-Z_]+/g) ?? [];
const page = readFileSync(join(packageRoot, 'docs/configuration.md'), 'utf8');

test('docs/configuration.md names every variable that is read, and no other', () => {
  const read = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => namesIn(readFileSync(join(packageRoot, 'src', file), 'utf8')));
  expect([...new Set(namesIn(page))].sort()).toEqual([...new Set(read)].sort());
});

test('its defaults are those of an empty environment', () => {
  const of = (name: string) =>
    new RegExp(`^\\| \`${name}\` \\|(?:[^|]*\\|)?? \`([^\`]+)\` \\| [^|]*\\|$`, 'm').exec(page)?.[1];
  const { dataFolder, host, port, tenant, holdMinutes, rateLimit, logHost } = readConfig({});
  expect(
    ['HOME', 'HOST', 'PORT', 'TENANT', 'HOLD_MINUTES', 'RATE_LIMIT', 'LOG_HOST'].map((name) => of(`FAIRLEAD_${name}`)),
  ).toEqual([dataFolder, host, port, tenant, holdMinutes, rateLimit, logHost].map(String));
  const { languageModel } = readConfig({ FAIRLEAD_LLM_URL: 'http://x', FAIRLEAD_LLM_MODEL: 'm' });
  expect([of('FAIRLEAD_LLM_TOKENS'), of('FAIRLEAD_LLM_SECONDS')]).toEqual(
    [languageModel?.tokens, languageModel?.seconds].map(String),
  );
});
