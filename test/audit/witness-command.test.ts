import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVerifier } from '#audit/note.ts';
import { latestCheckpoint } from '#audit/stored-checkpoints.ts';
import { submitCheckpoint } from '#audit/witness-client.ts';
import { packageRoot } from '#src/config.ts';
import { ORIGIN, openSampleLog, sampleLeaves } from './sample-log.ts';

it('fairlead audit witness: a process with a key and a database of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-witness-command-'));
  const sample = openSampleLog(folder);
  sample.log.write(sampleLeaves(0, 300));
  sample.checkpointer.tick();
  const keyFile = join(folder, 'log-keys');
  writeFileSync(keyFile, `${sample.keys.signersFor(ORIGIN)[0]!.verifierKey}\n`);
  const home = join(folder, 'witness');
  const args = ['--import', 'tsx', 'src/cli.ts', 'audit', 'witness', '--log', keyFile, '--home', home];
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [...args, '--listen', '127.0.0.1:0'], { cwd: packageRoot, stdio: [...stdio] });
  const said = (stream: NodeJS.ReadableStream | null) =>
    new Promise<string>((resolve, reject) => {
      stream?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
      child.once('exit', (code) => reject(new Error(`the witness ended with ${code}`)));
    });
  const [verifierKey, listening] = await Promise.all([said(child.stdout), said(child.stderr)]);
  const listen = listening.replace('witnessing 1 keys on ', '');
  const { note, size } = latestCheckpoint(sample.store, 1)!;
  const verifier = createVerifier(verifierKey);
  const submission = { note, size, read: sample.log.hashReader(1, size), lastSize: 0 };
  const verdict = await submitCheckpoint({ url: `http://${listen}`, verifier }, submission);
  expect(verdict).toMatchObject({ finding: 'cosigned', witnessedSize: 300 });
  const latest = await fetch(`http://${listen}/latest?origin=${encodeURIComponent(ORIGIN)}`);
  expect(await latest.text()).toContain('witness.local');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  sample.store.close();
}, 60_000);
