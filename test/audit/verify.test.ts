import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportTiles } from '#audit/export-tiles.ts';
import { leafHash } from '#audit/merkle.ts';
import { sha256 } from '#audit/sha256.ts';
import { runAudit } from './run-audit.ts';
import { openSampleLog, sampleLeaves } from './sample-log.ts';
import { runTamperings } from './tamper.ts';

describe('tampering', () => {
  it('is found with its position, by verify or against the witness', () => {
    const results = runTamperings(48, 2026);
    const wrong = results.filter(({ outcome, positionRight }) => outcome === 'missed' || !positionRight);
    expect(wrong).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'found').length).toBeGreaterThan(40);
  }, 120_000);
});

describe('fairlead audit verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-verify-'));
  const data = join(folder, 'data');
  const exported = join(folder, 'export');

  beforeAll(() => {
    mkdirSync(data);
    const sample = openSampleLog(data);
    sample.log.write(sampleLeaves(0, 700));
    sample.checkpointer.tick();
    exportTiles(sample.log, sample.reader, exported, sample.keys);
    sample.log.write(sampleLeaves(700, 710));
    sample.store.close();
  });

  it('passes a good database and a good export, and counts what is younger than the last checkpoint', async () => {
    const good = await runAudit('verify', data);
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining('710 leaves, 1 checkpoints, 10 younger') });
    expect(good.err).toContain('--key');
    const keys = join(exported, 'verifier-keys');
    const folderReport = await runAudit('verify', exported, '--key', keys, '--json');
    expect(folderReport.code).toBe(0);
    expect(JSON.parse(folderReport.out)).toMatchObject({ good: true, logs: [{ size: 700, signedSize: 700 }] });
    const since = join(exported, 'north', '2026', 'checkpoint');
    expect((await runAudit('verify', data, '--since', since)).code).toBe(0);
  });

  it('names the first edited leaf of an export and exits with 1', async () => {
    const copy = join(folder, 'edited');
    cpSync(exported, copy, { recursive: true });
    const bundle = join(copy, 'north/2026/tile/entries/001');
    const bytes = readFileSync(bundle);
    bytes[bytes.indexOf('SO-100300')] = 'X'.charCodeAt(0);
    writeFileSync(bundle, bytes);
    const report = await runAudit('verify', copy);
    expect(report.code).toBe(1);
    expect(report.out).toMatch(/^broken {2}log\.example\/north\/2026 at 300 \(edited\): leaf 300 was logged as/);
  });

  it('finds another key, a missing tile and a checkpoint of a longer log', async () => {
    const other = 'log.example/north/2026+269fc15e+ATajMnLgYRi8h4Zko3kuczDHJwX853wqHXlzw+ylbEwL';
    expect((await runAudit('verify', exported, '--key', other)).out).toContain('by a key that is known');
    const gap = join(folder, 'gap');
    cpSync(exported, gap, { recursive: true });
    rmSync(join(gap, 'north/2026/tile/0/001'));
    expect((await runAudit('verify', gap)).out).toContain('hash tile 0/1 is missing');
    const late = mkdtempSync(join(tmpdir(), 'audit-late-'));
    const sample = openSampleLog(late);
    sample.log.write(sampleLeaves(0, 720));
    sample.checkpointer.tick();
    exportTiles(sample.log, sample.reader, join(late, 'export'), sample.keys);
    sample.store.close();
    const since = join(late, 'export/north/2026/checkpoint');
    expect((await runAudit('verify', data, '--since', since)).out).toContain(
      'ends at 710 leaves; a checkpoint kept elsewhere has 720',
    );
  });

  it('says what changed when an earlier export is at hand, even after hash and tile were rewritten', async () => {
    const changed = join(folder, 'changed');
    cpSync(data, changed, { recursive: true });
    const sample = openSampleLog(changed);
    sample.store.sqlite.exec('DROP TRIGGER audit_leaves_no_update; DROP TRIGGER audit_leaves_no_delete');
    const leaf = Buffer.from(sample.log.leaf(1, 650)!.toString().replace('"to":"GROUND"', '"to":"AIR"'));
    const update = sample.store.sqlite.prepare(
      'UPDATE audit_leaves SET leaf = ?, leaf_hash = ? WHERE leaf_index = 650',
    );
    update.run(leaf, leafHash(sha256, leaf));
    sample.store.close();
    const rewritten = await runAudit('verify', changed, '--against', exported);
    expect(rewritten.code).toBe(1);
    expect(rewritten.out).toContain('at 0 to 699 (root)');
    expect(rewritten.out).toContain('leaf 650 at `/policy/clamps/0/to`: was "GROUND", is "AIR"');

    const again = openSampleLog(mkdtempSync(join(tmpdir(), 'audit-short-')));
    again.log.write(sampleLeaves(0, 699));
    again.checkpointer.tick();
    again.store.close();
    const since = join(exported, 'north/2026/checkpoint');
    const short = await runAudit('verify', again.folder, '--since', since, '--against', exported);
    expect(short.out).toMatch(/leaf 699 was .*SO-100699.*\n {8}and is not there/);
  });

  it('refuses a path with nothing to verify', async () => {
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
    expect((await runAudit('verify', join(folder, 'nothing'))).err).toContain('there is nothing at');
  });
});
