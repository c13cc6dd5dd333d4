import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createCosigner } from '#audit/cosigner.ts';
import { leafHash } from '#audit/merkle.ts';
import type { createVerifier } from '#audit/note.ts';
import { sha256 } from '#audit/sha256.ts';
import { storeSources } from '#audit/store-source.ts';
import { latestCheckpoint } from '#audit/stored-checkpoints.ts';
import { type LogReport, verifyLog } from '#audit/verify.ts';
import { openWitness } from '#audit/witness.ts';
import { dataFiles, shipped } from '#src/config.ts';
import { openStore } from '#store/open.ts';
import { ORIGIN, openSampleLog, sampleLeaves, seededRandom, witnessFile } from './sample-log.ts';

/** What one tampering did, and where: `at` is the first leaf it touched. */
interface Tampering {
  readonly at: number;
  /** The position can be told to the leaf: it, or a hash beside it, lies in a complete tile that was left alone. */
  readonly exact: boolean;
}

export interface TamperResult {
  readonly kind: string;
  readonly outcome: 'found' | 'missed' | 'young' | 'nothing';
  readonly positionRight: boolean;
  readonly note: string;
}

interface Base {
  /** The data folder as it is, and as it was when the backup was taken. */
  readonly now: string;
  readonly backup: string;
  readonly size: number;
  readonly witnessed: { readonly size: number; readonly note: string };
}

const cosigner = createCosigner('witness.example/one', new Uint8Array(32).fill(11));

/** A log of a thousand odd leaves in batches, checkpoints between them, a witness that follows; the WAL holds the end. */
export function makeBase(folder: string, seed: number): Base {
  const random = seededRandom(seed);
  const [now, backup] = [join(folder, 'now'), join(folder, 'backup')];
  for (const path of [now, backup]) mkdirSync(path);
  const sample = openSampleLog(now);
  sample.store.sqlite.pragma('wal_autocheckpoint = 0');
  const witness = openWitness({
    file: witnessFile(folder),
    cosigner,
    logs: sample.verifiers,
    now: () => 1_767_312_000,
  });
  let size = 0;
  const grow = (to: number) => {
    while (size < to) {
      const next = Math.min(to, size + 1 + Math.floor(random() * 24));
      sample.log.write(sampleLeaves(size, next));
      size = next;
      if (random() < 0.5) sample.checkpointer.tick();
    }
    sample.checkpointer.tick();
  };
  const copy = (to: string) => {
    for (const name of readdirSync(now)) copyFileSync(join(now, name), join(to, name));
  };
  grow(700 + Math.floor(random() * 300));
  sample.store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  copy(backup);
  grow(size + 350);
  const { note } = latestCheckpoint(sample.store, 1)!;
  const witnessedSize = size;
  const accepted = witness.addCheckpoint(`old 0\n\n${note}`);
  if (accepted.status !== 200) throw new Error(accepted.body);
  // The last second: signed by the log, not yet seen by the witness.
  grow(size + 10);
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  copy(kept);
  sample.store.close();
  rmSync(now, { recursive: true });
  cpSync(kept, now, { recursive: true });
  const latest = witness.latest(ORIGIN)!;
  witness.close();
  return { now, backup, size, witnessed: { size: witnessedSize, note: latest } };
}

type Sqlite = Database.Database;
type Way = (db: Sqlite, size: number, random: () => number) => Tampering;

const pick = (random: () => number, size: number): number => Math.floor(random() * size);
const complete = (index: number, size: number): boolean => index < size - (size % 256);

function leafAt(db: Sqlite, index: number): Buffer {
  return db.prepare('SELECT leaf FROM audit_leaves WHERE leaf_index = ?').pluck().get(index) as Buffer;
}

function changed(leaf: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(leaf);
  const at = pick(random, copy.length);
  copy[at] = copy[at]! ^ (1 + pick(random, 255));
  return copy;
}

/** Rows of leaves move with everything in them, so that nothing in a row contradicts itself. */
function shift(db: Sqlite, from: number, by: 1 | -1): void {
  db.prepare('UPDATE audit_leaves SET leaf_index = -leaf_index - 1 WHERE leaf_index >= ?').run(from);
  db.prepare('UPDATE audit_leaves SET leaf_index = -leaf_index - 1 + ? WHERE leaf_index < 0').run(by);
}

export const WAYS: Record<string, Way> = {
  edit(db, size, random) {
    const at = pick(random, size);
    db.prepare('UPDATE audit_leaves SET leaf = ? WHERE leaf_index = ?').run(changed(leafAt(db, at), random), at);
    return { at, exact: true };
  },
  'edit with its hash'(db, size, random) {
    const at = pick(random, size);
    const leaf = changed(leafAt(db, at), random);
    const hash = leafHash(sha256, leaf);
    db.prepare('UPDATE audit_leaves SET leaf = ?, leaf_hash = ? WHERE leaf_index = ?').run(leaf, hash, at);
    return { at, exact: complete(at, size) };
  },
  'edit with its hash and tile'(db, size, random) {
    const { at } = WAYS['edit with its hash']!(db, size, random);
    const tile = Math.floor(at / 256);
    const hashes = db
      .prepare('SELECT leaf_hash FROM audit_leaves WHERE leaf_index >= ? ORDER BY leaf_index LIMIT 256')
      .pluck()
      .all(tile * 256) as Buffer[];
    db.prepare('UPDATE audit_tiles SET hashes = ? WHERE level = 0 AND tile_index = ?').run(Buffer.concat(hashes), tile);
    return { at, exact: false };
  },
  drop(db, size, random) {
    const at = pick(random, size);
    db.prepare('DELETE FROM audit_leaves WHERE leaf_index = ?').run(at);
    return { at, exact: at < size - 1 };
  },
  'drop and close the gap'(db, size, random) {
    const at = pick(random, size);
    db.prepare('DELETE FROM audit_leaves WHERE leaf_index = ?').run(at);
    shift(db, at, -1);
    return { at, exact: complete(at, size) };
  },
  insert(db, size, random) {
    const at = pick(random, size);
    shift(db, at, 1);
    const leaf = Buffer.from(leafAt(db, 0).toString().replace('SO-', 'SX-'));
    db.prepare('INSERT INTO audit_leaves VALUES (1, ?, ?, ?, NULL)').run(at, leaf, leafHash(sha256, leaf));
    return { at, exact: true };
  },
  'reorder a pair'(db, size, random) {
    const [a, b] = [pick(random, size), pick(random, size - 1)];
    const other = b >= a ? b + 1 : b;
    const move = db.prepare('UPDATE audit_leaves SET leaf_index = ? WHERE leaf_index = ?');
    for (const [to, from] of [
      [-1, a],
      [a, other],
      [other, -1],
    ])
      move.run(to, from);
    const at = Math.min(a, other);
    return { at, exact: complete(at, size) };
  },
  'edit a tile'(db, _, random) {
    const tiles = db.prepare('SELECT rowid, tile_index AS tile, hashes FROM audit_tiles WHERE level = 0').all();
    const { rowid, tile, hashes } = tiles[pick(random, tiles.length)] as {
      rowid: number;
      tile: number;
      hashes: Buffer;
    };
    const at = pick(random, hashes.length);
    hashes[at] = hashes[at]! ^ (1 + pick(random, 255));
    db.prepare('UPDATE audit_tiles SET hashes = ? WHERE rowid = ?').run(hashes, rowid);
    return { at: tile * 256 + Math.floor(at / 32), exact: true };
  },
  'edit a checkpoint'(db, _, random) {
    const rows = db.prepare('SELECT checkpoint_id AS id, size, note FROM audit_checkpoints').all();
    const { id, size, note } = rows[pick(random, rows.length)] as { id: number; size: number; note: string };
    const bytes = Buffer.from(note);
    const at = pick(random, bytes.length);
    bytes[at] = bytes[at]! ^ (1 << pick(random, 7));
    db.prepare('UPDATE audit_checkpoints SET note = ? WHERE checkpoint_id = ?').run(bytes.toString(), id);
    return { at: size - 1, exact: false };
  },
};

function verify(folder: string, since: readonly string[]): LogReport {
  const store = openStore({ file: dataFiles(folder).store, migrationsFolder: shipped.migrations, readOnly: true });
  try {
    const sample = storeSources(store)[0];
    if (!sample) throw new Error('the log is gone');
    return verifyLog(sample, { verifiers: [verifierOf()], since });
  } finally {
    store.close();
  }
}

let logVerifier: ReturnType<typeof createVerifier> | undefined;
function verifierOf() {
  if (!logVerifier) throw new Error('makeBase comes first');
  return logVerifier;
}

function withSqlite(folder: string, work: (db: Sqlite) => Tampering): Tampering {
  const db = new Database(dataFiles(folder).store);
  for (const name of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all())
    db.exec(`DROP TRIGGER ${name}`);
  const done = work(db);
  db.close();
  return done;
}

function judge(kind: string, report: LogReport, { at, exact }: Tampering): TamperResult {
  const found = report.break;
  if (!found) return { kind, outcome: 'missed', positionRight: false, note: `at ${at}` };
  const right = exact ? found.from === at : found.from <= at && at < Math.max(found.to, found.from + 1);
  return { kind, outcome: 'found', positionRight: right, note: `at ${at}: ${found.from}-${found.to} ${found.message}` };
}

/** The end of the log is cut off, or an older copy is back: only what the witness has signed can be missed. */
function judgeTail(kind: string, report: LogReport, base: Base): TamperResult {
  const { size, witnessed } = base;
  if (report.size === size) return { kind, outcome: report.break ? 'found' : 'nothing', positionRight: true, note: '' };
  const found = report.break;
  if (!found) {
    const young = report.size >= witnessed.size;
    return { kind, outcome: young ? 'young' : 'missed', positionRight: young, note: `${report.size} of ${size}` };
  }
  const positionRight = found.kind !== 'shorter' || (found.from === report.size && found.to >= witnessed.size);
  return { kind, outcome: 'found', positionRight, note: found.message };
}

/** Runs `count` tamperings, each on a fresh copy; deterministic in `seed`. */
export function runTamperings(count: number, seed: number): TamperResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'audit-tamper-'));
  const base = makeBase(folder, seed);
  const sample = openSampleLog(base.backup);
  logVerifier = sample.verifiers[0]!;
  sample.store.close();
  const random = seededRandom(seed + 1);
  const kinds = [...Object.keys(WAYS), 'truncate the WAL', 'roll back a copy', 'roll back and fork'];
  const results: TamperResult[] = [];
  for (let number = 0; number < count; number++) {
    const kind = kinds[number % kinds.length]!;
    const work = join(folder, 'work');
    rmSync(work, { recursive: true, force: true });
    const since = [base.witnessed.note];
    cpSync(kind.startsWith('roll back') ? base.backup : base.now, work, { recursive: true });
    rmSync(`${dataFiles(work).store}-shm`, { force: true });
    const way = WAYS[kind];
    if (way) {
      const done = withSqlite(work, (db) => way(db, base.size, random));
      results.push(judge(kind, verify(work, since), done));
    } else if (kind === 'truncate the WAL') {
      const wal = `${dataFiles(work).store}-wal`;
      truncateSync(wal, pick(random, statSync(wal).size));
      results.push(judgeTail(kind, verify(work, since), base));
    } else {
      if (kind === 'roll back and fork') {
        const fork = openSampleLog(work);
        const from = fork.log.head('north', 2026)!.size;
        fork.log.write(
          sampleLeaves(10_000 + number * 1000, 10_000 + number * 1000 + base.size - from + pick(random, 50)),
        );
        fork.checkpointer.tick();
        fork.store.close();
        const report = verify(work, since);
        results.push(judge(kind, report, { at: from, exact: false }));
      } else results.push(judgeTail(kind, verify(work, since), base));
    }
  }
  rmSync(folder, { recursive: true });
  return results;
}
