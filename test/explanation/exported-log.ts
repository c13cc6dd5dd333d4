import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EvidenceV1 } from '#audit/evidence.ts';
import { exportEvidence, exportedInputs } from '#audit/export-evidence.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { folderSources } from '#audit/folder-source.ts';
import { createAuditLog } from '#audit/log.ts';
import { createLogReader } from '#audit/serve.ts';
import { storedInputs } from '#src/cli/audit-replay-store.ts';
import { readConfig } from '#src/config.ts';
import type { Service } from '#src/server/service.ts';
import { EXPORT_TABLES } from './oracles/export-tables.ts';

/**
 * What `fairlead audit export --evidence --policies` writes, read back into a database of its own: `leaves`, and `entries` with one
 * row for each decision, with the `evidence` it stands on, `snapshots`, `policies` and `models` by their hash. What the log does not hold, the journal of world events, holds and what people did to exceptions, is
 * copied beside it as plain rows (`events`, `history`, `holds`). The tables of oracles/export-tables.ts are made from these.
 */
export function exportedLog({ store, tick }: Service): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-export-'));
  const database = new Database(':memory:');
  try {
    tick();
    const log = createAuditLog(store, readConfig({}).logHost);
    exportTiles(log, createLogReader(store, log), folder);
    exportEvidence(storedInputs(store, log), folder, { evidence: true, models: true, policies: true });
    database.exec(`CREATE TABLE leaves (ref TEXT, j TEXT);
      CREATE TABLE entries (id TEXT PRIMARY KEY, supersedes TEXT, o TEXT, d TEXT, actor TEXT, ref TEXT);
      CREATE TABLE policies (revision TEXT PRIMARY KEY, j TEXT);
      CREATE TABLE evidence (id TEXT PRIMARY KEY, j TEXT);
      CREATE TABLE snapshots (sha256 TEXT PRIMARY KEY, j TEXT);
      CREATE TABLE models (sha256 TEXT PRIMARY KEY, j TEXT);
      CREATE TABLE events (type TEXT, id TEXT, source TEXT, occurred INTEGER, j TEXT);
      CREATE TABLE holds (node TEXT, item TEXT, qty INTEGER, state TEXT, expires INTEGER, day TEXT, shipments INTEGER, loaded INTEGER, confirmed INTEGER);
      CREATE TABLE history (id TEXT, at INTEGER, action TEXT, note TEXT, entry INTEGER)`);
    const policy = database.prepare('INSERT OR IGNORE INTO policies VALUES (?, ?)');
    const leaf = database.prepare('INSERT INTO leaves VALUES (?, ?)');
    const entry = database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)');
    const behind = database.prepare('INSERT INTO evidence VALUES (?, ?)');
    const snapshot = database.prepare('INSERT OR IGNORE INTO snapshots VALUES (?, ?)');
    const model = database.prepare('INSERT OR IGNORE INTO models VALUES (?, ?)');
    const inputs = exportedInputs(folder);
    for (const { origin, leaves } of folderSources(folder))
      for (const { index, leaf: bytes } of leaves()) {
        const text = Buffer.from(bytes).toString('utf8');
        const record = JSON.parse(text) as Record<string, string | null> & { policy: { policyRevision: string } };
        leaf.run(`${origin}#${index}`, text);
        if (record['type'] !== 'decision') continue;
        const evidence = inputs.evidence(record['tenant']!, record['evidenceSha256']!) as EvidenceV1;
        const revision = record.policy.policyRevision;
        policy.run(revision, JSON.stringify(inputs.policyDocument(revision.replace('sha256:', ''))));
        const [order, decision] = [JSON.stringify(evidence.request.order), JSON.stringify(evidence.decision)];
        behind.run(record['decisionId'], JSON.stringify(evidence));
        const { snapshotSha256 } = evidence;
        snapshot.run(snapshotSha256, JSON.stringify(inputs.snapshot(record['tenant']!, snapshotSha256)));
        for (const { sha256 } of evidence.offeredModels) model.run(sha256, inputs.model(sha256));
        entry.run(record['decisionId'], record['supersedes'], order, decision, record['actor'], `${origin}#${index}`);
      }
    const copied: readonly [string, string][] = [
      [
        'INSERT INTO events VALUES (?, ?, ?, ?, ?)',
        'SELECT type, event_id, source, occurred_at, data FROM world_events',
      ],
      [
        'INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        'SELECT node_id, item_id, qty, state, expires_at, ship_date, shipments, loaded, confirmed_at FROM reservations',
      ],
      [
        'INSERT INTO history VALUES (?, ?, ?, ?, ?)',
        'SELECT decision_id, at, action, note, entry_id FROM exception_history',
      ],
    ];
    for (const [insert, select] of copied) {
      const statement = database.prepare(insert);
      for (const row of store.sqlite.prepare<unknown[], unknown[]>(select).raw().all()) statement.run(...row);
    }
    database.exec(EXPORT_TABLES);
    return database;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
