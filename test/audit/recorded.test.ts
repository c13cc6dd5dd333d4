import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '#src/config.ts';
import { runAudit } from './run-audit.ts';

const folder = join(packageRoot, 'test/recorded');
const recorded = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'verifier-keys')));

describe('decisions recorded in test/recorded', () => {
  it.each(recorded)('%s: verify, and come out the same to the byte', async (name) => {
    const path = join(folder, name);
    expect((await runAudit('verify', path, '--key', join(path, 'verifier-keys'))).out).toMatch(/^ok/);
    const { out, code } = await runAudit('replay', '--from-export', path);
    expect(out).toMatch(/[1-9]\d* the same, 0 different, 0 with expired evidence\n$/);
    expect(code).toBe(0);
  });

  it('are there', () => {
    expect(recorded.length).toBeGreaterThan(0);
  });
});
