import { hkdfSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCosigner } from '#audit/cosigner.ts';
import { loadSecrets } from '#audit/keys.ts';
import { createWitnessServer, openWitness } from '#audit/witness.ts';
import { DomainError } from '#domain/problems.ts';
import { readVerifierKeys } from './audit-verifier-keys.ts';
import { type Command, EXIT } from './command.ts';

export const auditWitness: Command = {
  summary: 'run a witness: remembers the last checkpoint of each log and signs only what extends it',
  usage: `fairlead audit witness --log <verifier key or file>... [--home <folder>] [--name <name>] [--listen <host:port>]
  --log     the keys of the logs to be witnessed, as \`fairlead audit keys\` prints them
  --home    the witness's own key and database; keep them in other hands than the log's  (default .fairlead-witness)
  --name    names its key  (default witness.local)
  --listen  where POST /add-checkpoint and GET /latest?origin=... answer; port 0 takes any that is free  (default 127.0.0.1:7461)
  Prints its verifier key and runs until it is stopped.`,
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        log: { type: 'string', multiple: true, default: [] },
        home: { type: 'string', default: '.fairlead-witness' },
        name: { type: 'string', default: 'witness.local' },
        listen: { type: 'string', default: '127.0.0.1:7461' },
      },
    });
    const logs = readVerifierKeys(values.log);
    if (logs.length === 0) throw new DomainError('usage', auditWitness.usage);
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(values.listen) ?? [];
    if (host === undefined || port === undefined)
      throw new DomainError('usage', `--listen: found \`${values.listen}\`, expected host:port`);
    mkdirSync(values.home, { recursive: true, mode: 0o700 });
    const [secret] = loadSecrets({ file: join(values.home, 'witness.key') });
    const seed = new Uint8Array(hkdfSync('sha256', secret!, '', `fairlead witness\n${values.name}`, 32));
    const cosigner = createCosigner(values.name, seed);
    const now = () => Math.floor(Date.now() / 1000);
    const witness = openWitness({ file: join(values.home, 'witness.db'), cosigner, logs, now });
    const server = createWitnessServer(witness);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(port), host, resolve);
    });
    terminal.out(`${cosigner.verifierKey}\n`);
    const { port: bound } = server.address() as AddressInfo;
    terminal.err(`witnessing ${logs.length} keys on ${host}:${bound}\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    witness.close();
    return EXIT.ok;
  },
};
