import { DomainError } from '#domain/problems.ts';
import { TASKS, type Task } from '#domain/risk.ts';
import { historyImporter } from '../simulation/history-importer.ts';
import { backorder } from './backorder.ts';
import type { Importer } from './importer.ts';
import { mappedImporter } from './mapping.ts';
import { olistDelay } from './olist-delay.ts';
import { olistSplit } from './olist-split.ts';
import { outcomesImporter } from './outcomes.ts';
import { scms } from './scms.ts';

const IMPORTERS: readonly Importer[] = [backorder, olistDelay, olistSplit, scms, ...TASKS.map(historyImporter)];
/** The tenant whose decisions are read where none is named. */
export const DEFAULT_TENANT = 'default';

/** An importer by its name, or by the mapping file (`.yaml`) that describes the columns; `outcomes` is for any task. */
export function importerNamed(name: string, task: Task, tenant = DEFAULT_TENANT): Importer {
  if (name === 'outcomes' || name === `outcomes-${task}`) return outcomesImporter(task, tenant);
  if (/\.ya?ml$/.test(name)) return mappedImporter(name);
  const found = IMPORTERS.find((importer) => importer.name === name);
  if (found) return found;
  const known = IMPORTERS.map((importer) => `\`${importer.name}\``).join(', ');
  throw new DomainError('usage', `unknown importer \`${name}\`; expected ${known}, outcomes or a mapping file (.yaml)`);
}
