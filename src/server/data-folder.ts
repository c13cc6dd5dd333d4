import { mkdirSync } from 'node:fs';
import { DomainError } from '#domain/problems.ts';
import { dataFiles } from '#src/config.ts';
import { claimFolder } from '#store/sole-service.ts';
import { readServiceFile } from './service-file.ts';

export interface ClaimedFolder {
  /** Null: kept in memory alone. */
  readonly files: { store: string; subjectKeys: string; auditKey: string | null; hmacKey: string | null };
  release(): void;
}

/**
 * Makes the data folder where there is none and claims it for this service; `:memory:` is nobody else's.
 * Throws `conflict` where another service has it, `invalid-data` where it cannot be made.
 */
export function claimDataFolder(folder: string): ClaimedFolder {
  if (folder === ':memory:')
    return {
      files: { store: folder, subjectKeys: folder, auditKey: null, hmacKey: null },
      release: () => {},
    };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new DomainError('invalid-data', `data folder \`${folder}\`: ${(cause as Error).message}`, { folder }, cause);
  }
  const files = dataFiles(folder);
  const release = claimFolder(files.lock, () => {
    const other = readServiceFile(files.service);
    const where = other ? `, at ${other.url} (process ${other.pid})` : '';
    return `another service runs on data folder \`${folder}\`${where}`;
  });
  return { files, release };
}
