import { parseArgs } from 'node:util';
import { eraseSubject } from '#audit/personal.ts';
import { openSubjectKeys } from '#audit/subject-keys.ts';
import { DomainError } from '#domain/problems.ts';
import { dataFiles } from '#src/config.ts';
import { dataOption, OPERATOR, openAuditData, tenantOf } from './audit-data.ts';
import { type Command, EXIT } from './command.ts';

export const auditErase: Command = {
  summary: "destroy the key of a person's data; proofs and replays work as before",
  usage: `fairlead audit erase --subject <id> [--tenant <tenant>] [--data <folder>]
  --subject  the \`subjectId\` of the requests, or the \`customerId\` where they had none
  Exit 1 when nothing was kept about the subject; the erasure is logged all the same.`,
  run: async (args, terminal) => {
    const options = { ...dataOption, subject: { type: 'string' }, tenant: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { subject } = values;
    if (subject === undefined) throw new DomainError('usage', auditErase.usage);
    const { store, log } = openAuditData(values.data);
    const keys = openSubjectKeys({ file: dataFiles(values.data).subjectKeys });
    try {
      const tenant = tenantOf(log, values.tenant);
      const erasure = { tenant, subject, actor: OPERATOR, ts: new Date().toISOString() };
      const { keyDestroyed, decisions, position } = eraseSubject(store, log, keys, erasure);
      terminal.out(
        `${keyDestroyed ? 'key destroyed' : 'there was no key'}; ${decisions} decisions; logged as ${position.origin}#${position.index}\n`,
      );
      return keyDestroyed || decisions > 0 ? EXIT.ok : EXIT.negative;
    } finally {
      keys.close();
      store.close();
    }
  },
};
