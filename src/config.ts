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
