import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { exportEvidence } from '#audit/export-evidence.ts';
import { exportDecisionTable, TABLE_FORMATS } from '#audit/export-table.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { createLogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import { dataOption, openAuditData } from './audit-data.ts';
import { storedInputs } from './audit-replay-store.ts';
import { type Command, EXIT } from './command.ts';

const flag = { type: 'boolean', default: false } as const;
const options = { ...dataOption, evidence: flag, models: flag, policies: flag, format: { type: 'string' } } as const;

export const auditExport: Command = {
  summary: 'write the logs as static files that any tlog-tiles verifier reads',
  usage: `fairlead audit export <folder> [--data <folder>] [--evidence] [--models] [--policies] [--format jsonl|csv|parquet]
  Signs what is not signed yet, then writes <tenant>/<year>/{checkpoint,tile/...} and verifier-keys.
  --evidence --models --policies  what decisions stood on, as blobs/<xx>/<sha256>; a replay needs all three
  --format  one row for each decision as well, with its schema`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [folder] = positionals;
    if (folder === undefined) throw new DomainError('usage', auditExport.usage);
    const format = TABLE_FORMATS.find((known) => known === values.format);
    if (values.format !== undefined && format === undefined)
      throw new DomainError('usage', `--format: found \`${values.format}\`, expected ${TABLE_FORMATS.join(', ')}`);
    const { store, log, keys } = openAuditData(values.data);
    createCheckpointer({ store, log, keys, now: Date.now }).tick();
    for (const { origin, size, files } of exportTiles(log, createLogReader(store, log), folder, keys))
      terminal.out(`${origin}: ${size} leaves in ${files} new files\n`);
    if (values.evidence || values.models || values.policies) {
      const { files, expired } = exportEvidence(storedInputs(store, log), folder, values);
      terminal.out(`${files} new files in blobs; the evidence of ${expired} decisions has expired\n`);
    }
    if (format !== undefined) {
      mkdirSync(folder, { recursive: true });
      terminal.out(`${await exportDecisionTable(store, folder, format)} rows in decisions.${format}\n`);
    }
    store.close();
    return EXIT.ok;
  },
};
