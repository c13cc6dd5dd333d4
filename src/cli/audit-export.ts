import { parseArgs } from 'node:util';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { exportEvidence } from '#audit/export-evidence.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { createLogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import { dataOption, openAuditData } from './audit-data.ts';
import { storedInputs } from './audit-replay-store.ts';
import { type Command, EXIT } from './command.ts';

const flag = { type: 'boolean', default: false } as const;
const options = { ...dataOption, evidence: flag, models: flag, policies: flag } as const;

export const auditExport: Command = {
  summary: 'write the logs as static files that any tlog-tiles verifier reads',
  usage: `fairlead audit export <folder> [--data <folder>] [--evidence] [--models] [--policies]
  Signs what is not signed yet, then writes <tenant>/<year>/{checkpoint,tile/...} and verifier-keys.
  --evidence --models --policies  what decisions stood on, as blobs/<xx>/<sha256>; a replay needs all three`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [folder] = positionals;
    if (folder === undefined) throw new DomainError('usage', auditExport.usage);
    const { store, log, keys } = openAuditData(values.data);
    createCheckpointer({ store, log, keys, now: Date.now }).tick();
    for (const { origin, size, files } of exportTiles(log, createLogReader(store, log), folder, keys))
      terminal.out(`${origin}: ${size} leaves in ${files} new files\n`);
    if (values.evidence || values.models || values.policies) {
      const { files, expired } = exportEvidence(storedInputs(store, log), folder, values);
      terminal.out(`${files} new files in blobs; the evidence of ${expired} decisions has expired\n`);
    }
    store.close();
    return EXIT.ok;
  },
};
