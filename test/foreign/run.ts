import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCosigner } from '#audit/cosigner.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { cosignedText, parseNote } from '#audit/note.ts';
import { decodeEntries, encodeEntries } from '#audit/tiles.ts';
import { openWitness } from '#audit/witness.ts';
import { ORIGIN, openSampleLog, sampleLeaves, witnessFile } from '../audit/sample-log.ts';

// npm run test:foreign: our log under verifiers that other people wrote. In CI (CI=true) a missing tool is a failure.
const folder = mkdtempSync(join(tmpdir(), 'audit-foreign-'));
const goPath = process.env['FAIRLEAD_GOPATH'] ?? '/usr/share/gocode';
const goEnv = { ...process.env, GO111MODULE: 'off', GOPATH: goPath, GOCACHE: join(folder, 'go'), GOFLAGS: '' };
const failures: string[] = [];

function say(good: boolean, text: string): void {
  console.log(`${good ? 'ok    ' : 'FAILED'}  ${text}`);
  if (!good) failures.push(text);
}

function missing(tool: string, text: string): void {
  console.log(`NOT RUN ${tool} is missing: ${text}`);
  if (process.env['CI'] === 'true') failures.push(text);
}

function has(tool: string, ...args: string[]): boolean {
  return spawnSync(tool, args).status === 0;
}

/** A log of `size` leaves, exported; the leaf `forkAt` is another one. */
function makeExport(name: string, size: number, forkAt = -1) {
  const data = join(folder, name);
  mkdirSync(data);
  const sample = openSampleLog(data);
  const leaves = sampleLeaves(0, size);
  if (forkAt >= 0) leaves[forkAt] = sampleLeaves(900_000, 900_001)[0]!;
  for (let at = 0; at < size; at += 1000) sample.log.write(leaves.slice(at, at + 1000));
  sample.checkpointer.tick();
  const target = join(folder, `${name}-export`);
  exportTiles(sample.log, sample.reader, target, sample.keys);
  const [signer] = sample.keys.signersFor(ORIGIN);
  const { verifiers } = sample;
  sample.store.close();
  return { log: join(target, 'north', '2026'), key: signer!.verifierKey, verifiers };
}

function checkWithGo(): void {
  const program = join(folder, 'verify');
  const source = join(dirname(fileURLToPath(import.meta.url)), 'verify.go');
  const built = spawnSync('go', ['build', '-o', program, source], { env: goEnv, encoding: 'utf8' });
  if (built.status !== 0) {
    say(false, `go build: ${built.stderr}`);
    return;
  }
  const verify = (log: string, key: string, old: string) => spawnSync(program, [log, key, old], { encoding: 'utf8' });

  const old = makeExport('old', 12_345);
  const whole = makeExport('whole', 20_001);
  const oldCheckpoint = join(old.log, 'checkpoint');
  const good = verify(whole.log, whole.key, oldCheckpoint);
  say(good.status === 0, `golang.org/x/mod accepts: ${good.stdout.trim()}${good.stderr.trim()}`);

  const refused = (what: string, log: string, oldNote = oldCheckpoint) => {
    const { status, stderr } = verify(log, whole.key, oldNote);
    say(status === 1, `golang.org/x/mod rejects ${what}: ${stderr.trim().replace(/^\S+ \S+ /, '')}`);
  };
  const tampered = (name: string, change: (log: string) => void): string => {
    const copy = join(folder, name);
    cpSync(whole.log, copy, { recursive: true });
    change(copy);
    return copy;
  };
  // Bundle 23 holds leaves 5888 to 6143; every 20th leaf is checked, 5900 among them.
  const bundle = 'tile/entries/023';
  const editLeaves = (copy: string, edit: (leaves: Uint8Array[]) => void) => {
    const leaves = decodeEntries(readFileSync(join(copy, bundle))).map((leaf) => Buffer.from(leaf));
    edit(leaves);
    writeFileSync(join(copy, bundle), encodeEntries(leaves));
  };
  const flip = (leaves: Uint8Array[]) => {
    leaves[12]![40] = leaves[12]![40]! ^ 1;
  };
  const swap = (leaves: Uint8Array[]) => {
    [leaves[12], leaves[13]] = [leaves[13]!, leaves[12]!];
  };
  refused(
    'a flipped byte',
    tampered('flipped', (copy) => editLeaves(copy, flip)),
  );
  refused(
    'a reordered pair',
    tampered('reordered', (copy) => editLeaves(copy, swap)),
  );
  const dropped = tampered('dropped', (copy) => rmSync(join(copy, 'tile/entries/078.p'), { recursive: true }));
  refused('a dropped tail', dropped);
  refused('a dropped tail that the log has signed', old.log, join(whole.log, 'checkpoint'));
  refused('a fork', makeExport('fork', 20_001, 7000).log);
  const signature = tampered('signature', (copy) => {
    const note = readFileSync(join(copy, 'checkpoint'), 'utf8');
    writeFileSync(join(copy, 'checkpoint'), note.replace('\n20001\n', '\n20002\n'));
  });
  refused('a changed checkpoint', signature);
}

function opensslAccepts(verifierKey: string, text: string, signature: Uint8Array): boolean {
  const publicKey = Buffer.from(verifierKey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  const [key, message, signed] = ['openssl-key.der', 'openssl-message', 'openssl-signature'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(key, der);
  writeFileSync(message, text);
  writeFileSync(signed, signature);
  const args = [
    'pkeyutl',
    '-verify',
    '-pubin',
    '-keyform',
    'DER',
    '-inkey',
    key,
    '-rawin',
    '-in',
    message,
    '-sigfile',
    signed,
  ];
  return has('openssl', ...args);
}

function checkWithOpenssl(): void {
  const { log, key, verifiers } = makeExport('openssl', 300);
  const note = parseNote(readFileSync(join(log, 'checkpoint'), 'utf8'));
  const { signature } = note.signatures[0]!;
  say(opensslAccepts(key, note.text, signature), "openssl accepts a checkpoint's signature");
  say(!opensslAccepts(key, note.text.replace('300', '301'), signature), 'openssl rejects it on another size');

  const cosigner = createCosigner('witness.example/one', new Uint8Array(32).fill(11));
  const witness = openWitness({ file: witnessFile(folder), cosigner, logs: verifiers, now: () => 1_767_312_000 });
  witness.addCheckpoint(`old 0\n\n${readFileSync(join(log, 'checkpoint'), 'utf8')}`);
  const cosigned = parseNote(witness.latest(ORIGIN)!).signatures.at(-1)!.signature;
  witness.close();
  const [text, ed25519] = [cosignedText(cosigned, note.text), cosigned.subarray(8)];
  say(opensslAccepts(cosigner.verifierKey, text, ed25519), "openssl accepts a witness's cosignature");
  say(
    !opensslAccepts(cosigner.verifierKey, text.replace('time 1', 'time 2'), ed25519),
    'openssl rejects it at another time',
  );
}

if (has('go', 'version') && existsSync(join(goPath, 'src/golang.org/x/mod/sumdb/tlog'))) checkWithGo();
else missing('golang-go or golang-golang-x-mod-dev', 'proofs under golang.org/x/mod/sumdb');
if (has('openssl', 'version')) checkWithOpenssl();
else missing('openssl', "a checkpoint's and a witness's signature");
rmSync(folder, { recursive: true });
process.exitCode = failures.length ? 1 : 0;
