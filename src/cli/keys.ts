import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROLES } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { toRfc3339 } from '#domain/time.ts';
import { dataFiles, readConfig, shipped } from '#src/config.ts';
import { type ApiKeyRow, createApiKeys } from '#store/keys.ts';
import { openStore } from '#store/open.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { rolesOf } from './roles.ts';
import { table } from './table.ts';

function list(rows: readonly ApiKeyRow[], json: boolean, terminal: Terminal): void {
  const shown = rows.map((row) => ({
    keyId: row.keyId,
    roles: row.roles,
    note: row.note,
    createdAt: toRfc3339(row.createdAt),
    revokedAt: row.revokedAt === null ? null : toRfc3339(row.revokedAt),
  }));
  if (json) terminal.out(`${JSON.stringify(shown)}\n`);
  else
    terminal.out(
      table(
        ['key', 'roles', 'note', 'made', 'revoked'],
        shown.map((row) => [row.keyId, row.roles.join(','), row.note, row.createdAt, row.revokedAt ?? '']),
      ),
    );
}

export const keys: Command = {
  summary: 'make, list and revoke API keys',
  usage: `fairlead keys create --roles <role,role> [--note <text>]
fairlead keys list [--json]
fairlead keys revoke <keyId>
  --data <folder>    the data folder (FAIRLEAD_HOME)
  --tenant <name>    whose keys (FAIRLEAD_TENANT)
Roles: ${ROLES.join(', ')}. Works beside a running service; a revocation counts from its next request on.`,
  run: async (args, terminal) => {
    const config = readConfig(process.env);
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: config.dataFolder },
        tenant: { type: 'string', default: config.tenant },
        roles: { type: 'string' },
        note: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    });
    const file = dataFiles(values.data).store;
    if (!existsSync(file)) throw new DomainError('usage', `\`${values.data}\` has no database; expected \`${file}\``);
    const [action, keyId] = positionals;
    const store = openStore({ file, migrationsFolder: shipped.migrations });
    try {
      const apiKeys = createApiKeys(store);
      const { tenant, note } = values;
      if (action === 'create') {
        const roles = rolesOf(values.roles ?? '');
        const made = apiKeys.create({ tenant, roles, note, now: Date.now(), random: randomBytes });
        terminal.out(values.json ? `${JSON.stringify(made)}\n` : `${made.key}\n`);
      } else if (action === 'list') list(apiKeys.list(tenant), values.json, terminal);
      else if (action === 'revoke' && keyId !== undefined) apiKeys.revoke(tenant, keyId, Date.now());
      else
        throw new DomainError('usage', `found \`${positionals.join(' ')}\`, expected create, list or revoke <keyId>`);
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};
