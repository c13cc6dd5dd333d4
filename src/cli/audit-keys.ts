import { parseArgs } from 'node:util';
import { addLogKey, retireLogKeys } from '#audit/keys.ts';
import { leafOf } from '#audit/leaf.ts';
import { dataFiles, readConfig } from '#src/config.ts';
import { dataOption, keysOf, OPERATOR, openAuditData } from './audit-data.ts';
import { type Command, EXIT } from './command.ts';

export const auditKeys: Command = {
  summary: 'print the verifier keys of every log; begin or end a key rotation',
  usage: `fairlead audit keys [<tenant>/<year>]... [--data <folder>] [--rotate | --retire]
  <tenant>/<year>  the keys of a log that may not exist yet: a witness wants them before the year begins
  --rotate  adds a key: from the next start of the service on, the new key and the old one both sign
  --retire  drops the old keys, once everyone who verifies has the new one`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...dataOption,
        rotate: { type: 'boolean', default: false },
        retire: { type: 'boolean', default: false },
      },
    });
    const { store, log } = openAuditData(values.data);
    const source = { file: dataFiles(values.data).auditKey };
    if (values.rotate) addLogKey(source);
    const retired = values.retire ? retireLogKeys(source) : 0;
    if (values.retire) terminal.err(`retired ${retired} keys\n`);
    const keys = keysOf(values.data);
    if (values.rotate || retired)
      log.write(
        log.heads().map(({ tenant, origin }) =>
          leafOf({
            v: 1,
            type: 'key-rotation',
            ts: new Date().toISOString(),
            tenant,
            actor: OPERATOR,
            verifierKeys: keys.signersFor(origin).map((signer) => signer.verifierKey),
            action: values.rotate ? 'added' : 'retired',
          }),
        ),
      );
    const { logHost } = readConfig(process.env);
    const origins = positionals.length
      ? positionals.map((name) => `${logHost}/${name}`)
      : log.heads().map(({ origin }) => origin);
    for (const origin of origins) for (const signer of keys.signersFor(origin)) terminal.out(`${signer.verifierKey}\n`);
    store.close();
    return EXIT.ok;
  },
};
