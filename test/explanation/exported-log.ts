import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { exportEvidence, exportedInputs } from '#audit/export-evidence.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { createAuditLog } from '#audit/log.ts';
import { createLogReader } from '#audit/serve.ts';
import { storedInputs } from '#src/cli/audit-replay-store.ts';
import { readConfig } from '#src/config.ts';
import type { Service } from '#src/server/service.ts';

/** What `fairlead audit export --evidence` writes, read back into a database with one row for each decision. */
export function exportedLog({ store, tick }: Service): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-export-'));
  const database = new Database(':memory:');
  try {
    tick();
    const log = createAuditLog(store, readConfig({}).logHost);
    exportTiles(log, createLogReader(store, log), folder);
    exportEvidence(storedInputs(store, log), folder, { evidence: true, models: false, policies: false });
    database.exec('CREATE TABLE entries (id TEXT PRIMARY KEY, supersedes TEXT, o TEXT, d TEXT)');
    const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?)');
    const inputs = exportedInputs(folder);
    for (const { tenant, decisionId, supersedes, evidenceSha256 } of inputs.records()) {
      const evidence = inputs.evidence(tenant, evidenceSha256) as { decision: object; request: { order: object } };
      insert.run(decisionId, supersedes, JSON.stringify(evidence.request.order), JSON.stringify(evidence.decision));
    }
    return database;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
