import { parseArgs } from 'node:util';
import { createCheckpointer } from '#audit/checkpointer.ts';
import { exportTiles } from '#audit/export-tiles.ts';
import { createLogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import { dataOption, openAuditData } from './audit-data.ts';
import { type Command, EXIT } from './command.ts';

export const auditExport: Command = {
  summary: 'write the logs as static files that any tlog-tiles verifier reads',
  usage: `fairlead audit export <folder> [--data <folder>]
  Signs what is not signed yet, then writes <tenant>/<year>/{checkpoint,tile/...} and verifier-keys.`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: dataOption });
    const [folder] = positionals;
    if (folder === undefined) throw new DomainError('usage', auditExport.usage);
    const { store, log, keys } = openAuditData(values.data);
    createCheckpointer({ store, log, keys, now: Date.now }).tick();
    for (const { origin, size, files } of exportTiles(log, createLogReader(store, log), folder, keys))
      terminal.out(`${origin}: ${size} leaves in ${files} new files\n`);
    store.close();
    return EXIT.ok;
  },
};
