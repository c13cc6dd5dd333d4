import { DomainError } from '#domain/problems.ts';
import { backorder } from './backorder.ts';
import type { Importer } from './importer.ts';
import { mappedImporter } from './mapping.ts';
import { olistDelay } from './olist-delay.ts';
import { olistSplit } from './olist-split.ts';
import { scms } from './scms.ts';

const IMPORTERS: readonly Importer[] = [backorder, olistDelay, olistSplit, scms];

/** An importer by its name, or by the mapping file (`.yaml`) that describes the columns. */
export function importerNamed(name: string): Importer {
  if (/\.ya?ml$/.test(name)) return mappedImporter(name);
  const found = IMPORTERS.find((importer) => importer.name === name);
  if (found) return found;
  const known = IMPORTERS.map((importer) => `\`${importer.name}\``).join(', ');
  throw new DomainError('usage', `unknown importer \`${name}\`; expected ${known} or a mapping file (.yaml)`);
}
