import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, from the source as well as from `dist/`. */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const packageRoot = findPackageRoot();
export const packageVersion: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;

/** Files that ship with the package. */
export const shipped = {
  migrations: join(packageRoot, 'src/store/migrations'),
  artifacts: join(packageRoot, 'models/artifacts'),
  policies: join(packageRoot, 'policies'),
} as const;

/** What lies in a data folder: the one store, and beside it what must not lie in the store or its backups. */
export function dataFiles(folder: string) {
  return {
    store: join(folder, 'fairlead.db'),
    auditKey: join(folder, 'audit.key'),
    subjectKeys: join(folder, 'subject-keys.db'),
  } as const;
}

/** The data folder when none is named. */
export const DEFAULT_DATA_FOLDER = '.fairlead';
