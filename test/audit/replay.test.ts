import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decisionRecordOf } from '#audit/replay-inputs.ts';
import { runAudit } from './run-audit.ts';
import { logSampleDecisions } from './sample-decisions.ts';
import { openSampleLog } from './sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-replay-'));
const data = join(folder, 'data');
const exported = join(folder, 'export');
let ids: string[];

beforeAll(async () => {
  mkdirSync(data);
  const sample = openSampleLog(data);
  ids = logSampleDecisions(sample, 60);
  sample.store.close();
  const { code } = await runAudit('export', exported, '--data', data, '--evidence', '--models', '--policies');
  expect(code).toBe(0);
}, 60_000);

describe('fairlead audit replay', () => {
  it('gives every decision again to the byte, from the store and from an export', async () => {
    const all = await runAudit('replay', '--all', '--data', data);
    expect(all).toMatchObject({ code: 0, out: '60 the same, 0 different, 0 with expired evidence\n' });
    const fromExport = await runAudit('replay', '--from-export', exported);
    expect(fromExport).toMatchObject({ code: 0, out: '60 the same, 0 different, 0 with expired evidence\n' });
    expect((await runAudit('verify', exported)).out).toMatch(/ok {6}evidence: \d+ files are what their names say/);
    const one = await runAudit('replay', ids[3]!, '--data', data, '--json');
    expect(JSON.parse(one.out)).toEqual({ decisionId: ids[3], outcome: 'same' });
    const none = await runAudit('replay', '--from', '2030-01-01T00:00:00Z', '--data', data);
    expect(none.out).toBe('0 the same, 0 different, 0 with expired evidence\n');
  });

  it('names the first difference by path with both values when the code decides otherwise', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    const sample = openSampleLog(other);
    logSampleDecisions(sample, 3, (decision, number) =>
      number === 1 ? { ...decision, rejectedCounts: { MAX_SPLITS: 99 } } : decision,
    );
    sample.store.close();
    const report = await runAudit('replay', '--all', '--data', other);
    expect(report.code).toBe(1);
    expect(report.out).toMatch(
      /^different {2}\S+ at `\/rejectedCounts\/\w+`: recorded \S+, replayed \S+\n2 the same, 1 different/,
    );
  });

  it('says that evidence has expired, and that evidence was exchanged', async () => {
    const sample = openSampleLog(data);
    const record = decisionRecordOf(sample.log.leafOfDecision(ids[0]!)!.leaf)!;
    sample.store.sqlite.prepare('DELETE FROM audit_blobs WHERE sha256 = ?').run(record.evidenceSha256);
    sample.store.close();
    expect((await runAudit('replay', ids[0]!, '--data', data)).out).toContain(`expired    ${ids[0]}`);

    const second = decisionRecordOf(openSampleLog(data).log.leafOfDecision(ids[1]!)!.leaf)!;
    const path = join(exported, 'blobs', second.evidenceSha256.slice(0, 2), second.evidenceSha256);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"mode":"hold"', '"mode":"quote"').concat(' '));
    const verified = await runAudit('verify', exported);
    expect(verified.code).toBe(1);
    expect(verified.out).toContain(
      `broken  evidence \`blobs/${second.evidenceSha256.slice(0, 2)}/${second.evidenceSha256}\``,
    );
    expect((await runAudit('replay', ids[1]!, '--from-export', exported)).err).toContain('has been changed');
  });

  it('refuses an id that is not there', async () => {
    const missing = await runAudit('replay', 'no-such-decision', '--from-export', exported);
    expect(missing.err).toContain('there is no decision `no-such-decision`');
  });
});
