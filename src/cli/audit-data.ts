import { existsSync } from 'node:fs';
import { type LogKeys, loadLogKeys } from '#audit/keys.ts';
import { type AuditLog, createAuditLog } from '#audit/log.ts';
import { DomainError } from '#domain/problems.ts';
import { DEFAULT_DATA_FOLDER, dataFiles, readConfig, shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';

/** Option of every audit command that works on a data folder. */
export const dataOption = {
  data: { type: 'string', default: process.env['FAIRLEAD_HOME'] ?? DEFAULT_DATA_FOLDER },
} as const;

/** How the log names whoever works on the data folder from the command line. */
export const OPERATOR = 'operator';

export interface AuditData {
  readonly store: Store;
  readonly log: AuditLog;
  readonly keys: LogKeys;
}

/** The keys of a data folder, or of FAIRLEAD_AUDIT_KEY. */
export function keysOf(folder: string): LogKeys {
  return loadLogKeys({ file: dataFiles(folder).auditKey, text: process.env['FAIRLEAD_AUDIT_KEY'] });
}

export function openAuditData(folder: string): AuditData {
  const { store: file } = dataFiles(folder);
  if (!existsSync(file)) throw new DomainError('usage', `\`${folder}\` has no database; expected \`${file}\``);
  const store = openStore({ file, migrationsFolder: shipped.migrations });
  return { store, log: createAuditLog(store, readConfig(process.env).logHost), keys: keysOf(folder) };
}

/** The tenant that is named, or the only one that there is. */
export function tenantOf(log: AuditLog, named: string | undefined): string {
  const tenants = [...new Set(log.heads().map(({ tenant }) => tenant))];
  if (named !== undefined && (tenants.includes(named) || tenants.length === 0)) return named;
  if (named === undefined && tenants.length === 1) return tenants[0]!;
  throw new DomainError(
    'usage',
    `--tenant: found ${named ? `\`${named}\`` : 'none'}, expected one of ${tenants.join(', ')}`,
  );
}
