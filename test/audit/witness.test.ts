import { cpSync, mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint, signCheckpoint } from '#audit/checkpoint.ts';
import { createCosigner } from '#audit/cosigner.ts';
import { createSigner, createVerifier } from '#audit/note.ts';
import { latestCheckpoint } from '#audit/stored-checkpoints.ts';
import { createWitnessServer, openWitness, type Witness } from '#audit/witness.ts';
import { submitCheckpoint } from '#audit/witness-client.ts';
import { createWitnessFollower } from '#audit/witness-follower.ts';
import { ORIGIN, openSampleLog, sampleLeaves, witnessFile } from './sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-witness-'));
const sample = openSampleLog(folder);
const cosigner = createCosigner('witness.example/one', new Uint8Array(32).fill(11));
const options = { file: witnessFile(folder), cosigner, logs: sample.verifiers, now: () => 1_767_312_000 };
let witness: Witness;
let url: string;
let server: ReturnType<typeof createWitnessServer>;

/** A checkpoint of the log as it stands, and what proves that it extends the earlier ones. */
function submission(lastSize: number) {
  sample.checkpointer.tick();
  const { logId, size } = sample.log.head('north', 2026)!;
  const { note } = latestCheckpoint(sample.store, logId)!;
  return { size, note, read: sample.log.hashReader(logId, size), lastSize };
}
const address = () => ({ url, verifier: createVerifier(cosigner.verifierKey) });

beforeAll(async () => {
  witness = openWitness(options);
  server = createWitnessServer({ ...witness, addCheckpoint: (body) => witness.addCheckpoint(body) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sample.log.write(sampleLeaves(0, 300));
});
afterAll(() => {
  server.close();
  witness.close();
  sample.store.close();
});

describe('witness', () => {
  it('cosigns a log that grows, and the receipt carries its line', async () => {
    const first = await submitCheckpoint(address(), submission(0));
    expect(first).toMatchObject({ finding: 'cosigned', witnessedSize: 300 });
    sample.log.write(sampleLeaves(300, 777));
    const second = await submitCheckpoint(address(), submission(300));
    expect(second).toMatchObject({ finding: 'cosigned', witnessedSize: 777 });
    if (second.finding === 'cosigned') sample.checkpointer.keepCosignature(1, 777, second.line);
    const text = sample.reader.checkpointText('north', 2026)!;
    const known = [...sample.verifiers, createVerifier(cosigner.verifierKey)];
    expect(openCheckpoint(text, known).note.signatures).toHaveLength(2);
    expect(sample.reader.receiptFor('north', '0193a000-0000-7000-8000-000000000000')).toContain('witness.example/one');
  });

  it('says which size it knows, so that a log that forgot it goes on', async () => {
    sample.log.write(sampleLeaves(777, 800));
    expect(await submitCheckpoint(address(), submission(0))).toMatchObject({ finding: 'cosigned', witnessedSize: 800 });
  });

  it('refuses a shrunken log and a fork, also after it has been restarted', async () => {
    witness.close();
    witness = openWitness(options);
    const [signer] = sample.keys.signersFor(ORIGIN);
    const { read } = submission(800);
    const signed = (size: number, root: Uint8Array) => signCheckpoint({ origin: ORIGIN, size, root }, [signer!]);
    const root = new Uint8Array(32).fill(1);
    const shrunken = { size: 500, note: signed(500, root), read, lastSize: 500 };
    expect(await submitCheckpoint(address(), shrunken)).toEqual({ finding: 'shrunken', witnessedSize: 800 });
    const fork = { size: 800, note: signed(800, root), read, lastSize: 800 };
    expect(await submitCheckpoint(address(), fork)).toEqual({ finding: 'forked', witnessedSize: 800 });
    sample.log.write(sampleLeaves(800, 900));
    const { logId } = sample.log.head('north', 2026)!;
    const grown = { size: 900, note: signed(900, root), read: sample.log.hashReader(logId, 900), lastSize: 800 };
    expect(await submitCheckpoint(address(), grown)).toEqual({ finding: 'forked', witnessedSize: 800 });
    expect(await submitCheckpoint(address(), submission(800))).toMatchObject({ finding: 'cosigned' });
    expect(openCheckpoint(witness.latest(ORIGIN)!, sample.verifiers).size).toBe(900);
  });

  it('answers with the status codes of tlog-witness', () => {
    const { note } = submission(900);
    const stranger = createSigner(ORIGIN, new Uint8Array(32).fill(99));
    const unknown = createSigner('log.example/else/2026', new Uint8Array(32).fill(99));
    const root = new Uint8Array(32);
    const post = (body: string) => witness.addCheckpoint(body);
    expect(post('nonsense').status).toBe(400);
    expect(post(`old 01\n\n${note}`).status).toBe(400);
    expect(post(`old 901\n\n${note}`).status).toBe(400);
    expect(post(`old 0\n\n${note}`)).toMatchObject({ status: 409, type: 'text/x.tlog.size', body: '900\n' });
    expect(post(`old 0\n\n${signCheckpoint({ origin: ORIGIN, size: 1, root }, [stranger])}`).status).toBe(403);
    expect(post(`old 0\n\n${signCheckpoint({ origin: unknown.name, size: 1, root }, [unknown])}`).status).toBe(404);
    expect(post(`old 900\n\n${note}`)).toMatchObject({ status: 200 });
    const hash = `${Buffer.from(root).toString('base64')}\n`;
    expect(post(`old 900\n${hash}\n${note}`).status).toBe(422);
  });
});

describe('following a witness', () => {
  it('keeps the cosignatures, and finds a rolled-back database at the next start', async () => {
    const home = mkdtempSync(join(tmpdir(), 'audit-follow-'));
    const backup = mkdtempSync(join(tmpdir(), 'audit-follow-backup-'));
    const own = openWitness({ ...options, file: join(home, 'witness.db') });
    const listening = createWitnessServer(own);
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const witnessUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    const verifier = createVerifier(cosigner.verifierKey);
    const followerOf = ({ store, log, checkpointer }: typeof sample) =>
      createWitnessFollower({ store, log, checkpointer, witness: { url: witnessUrl, verifier } });

    const first = openSampleLog(home);
    const follower = followerOf(first);
    first.log.write(sampleLeaves(0, 400));
    first.checkpointer.tick();
    await follower.follow();
    expect(first.reader.checkpointText('north', 2026)).toContain('witness.example/one');
    first.store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    cpSync(home, backup, { recursive: true });
    first.log.write(sampleLeaves(400, 500));
    first.checkpointer.tick();
    await follower.follow();
    first.store.close();

    const again = openSampleLog(home);
    await followerOf(again).follow();
    again.store.close();

    const old = openSampleLog(backup);
    await expect(followerOf(old).follow()).rejects.toThrow(/has 400 leaves; the witness has signed 500/);
    old.log.write(sampleLeaves(600, 750));
    old.checkpointer.tick();
    await expect(followerOf(old).follow()).rejects.toThrow(/another one than the witness has signed at 500/);
    old.store.close();
    listening.closeAllConnections();
    listening.close();
    own.close();
  });
});
