import { existsSync } from 'node:fs';
import { type LogKeys, loadLogKeys } from '#audit/keys.ts';
import { type AuditLog, createAuditLog } from '#audit/log.ts';
import { DomainError } from '#domain/problems.ts';
import { DEFAULT_DATA_FOLDER, dataFiles, shipped } from '#src/config.ts';
import { openStore, type Store } from '#store/open.ts';

/** Option of every audit command that works on a data folder. */
export const dataOption = { data: { type: 'string', default: DEFAULT_DATA_FOLDER } } as const;

/** How the log names whoever works on the data folder from the command line. */
export const OPERATOR = 'operator';

export interface AuditData {
  readonly store: Store;
  readonly log: AuditLog;
  readonly keys: LogKeys;
}

/** Begins the origin of a log; the host that answers for it. */
export function logHost(): string {
  return process.env['FAIRLEAD_LOG_HOST'] ?? 'fairlead.local';
}

/** The keys of a data folder, or of FAIRLEAD_AUDIT_KEY. */
export function keysOf(folder: string): LogKeys {
  return loadLogKeys({ file: dataFiles(folder).auditKey, text: process.env['FAIRLEAD_AUDIT_KEY'] });
}

export function openAuditData(folder: string): AuditData {
  const { store: file } = dataFiles(folder);
  if (!existsSync(file)) throw new DomainError('usage', `\`${folder}\` has no database; expected \`${file}\``);
  const store = openStore({ file, migrationsFolder: shipped.migrations });
  return { store, log: createAuditLog(store, logHost()), keys: keysOf(folder) };
}
