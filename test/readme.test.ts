import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_PRICES } from '#domain/snapshot.ts';
import { loadPolicy } from '#policies/load.ts';
import { COMMANDS } from '#src/cli/main.ts';
import { packageRoot, shipped } from '#src/config.ts';
import { decide } from '#src/decide.ts';
import { decisionRequestOf, parseRecommendation } from '#src/request.ts';
import { snapshotOf } from '#src/wire/snapshot.ts';
import { shippedModels } from './shipped-models.ts';

const at = (path: string): string => join(packageRoot, path);
const readme = readFileSync(at('README.md'), 'utf8');
const blocks = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!));
const file = JSON.parse(readFileSync(at('test/golden/readme-request.json'), 'utf8'));

describe('README', () => {
  it('shows the order of the example file', () => {
    expect(blocks[0]).toEqual(file.order);
  });

  it('shows the answer that the shipped models and policy give', () => {
    const request = parseRecommendation(file);
    // The shown costs do not depend on the day: the example has no promise.
    const now = Date.UTC(2026, 10, 24, 9);
    const snapshot = snapshotOf(request.snapshot!, request.order.shipTo.zone, now);
    const stamp = { decisionId: '01a20bbf-ebeb-7dd2-b20f-f725cc9944ab', decidedAt: now };
    const policy = loadPolicy([join(shipped.policies, 'default.policy.yaml')]);
    const { decision } = decide(
      decisionRequestOf(request, snapshot, stamp),
      snapshot,
      shippedModels(),
      policy,
      NO_PRICES,
    );
    expect({
      status: decision.status,
      candidateId: decision.chosen?.candidateId,
      costs: decision.chosen?.costs,
      suggestedTotal: decision.suggested?.candidate?.costs.total,
      saving: decision.suggested?.saving,
    }).toEqual(blocks[1]);
  });

  it('names only commands, scripts and files that exist', () => {
    const commands = [...readme.matchAll(/fairlead ([a-z]+)\b/g)].map(([, name]) => name!);
    const known = new Set([...Object.keys(COMMANDS), 'db']);
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((name) => !known.has(name))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(at(path)))).toEqual([]);
  });
});
