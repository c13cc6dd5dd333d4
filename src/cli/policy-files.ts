import { readFileSync } from 'node:fs';
import { DomainError } from '#domain/problems.ts';
import type { PolicyText } from '#policies/policy.ts';

/** The text of a policy file; a file that cannot be read is a mistake of the command line. */
export function readText(file: string): PolicyText {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new DomainError('usage', `\`${file}\` cannot be read: ${(cause as Error).message}`, { file }, cause);
  }
}

/** `a.yaml,b.yaml`: the files of a stack. */
export function readStack(list: string): PolicyText[] {
  return list.split(',').map(readText);
}
