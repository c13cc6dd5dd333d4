import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#domain/problems.ts';
import { type Instant, toRfc3339 } from '#domain/time.ts';
import { resolvePolicy } from './load.ts';
import type { Policy, PolicyText } from './policy.ts';
import { invalidPolicy } from './problems.ts';
import { type ReadPolicy, readPolicy } from './read-policy.ts';

/** Which policy decides when: versions of a policy follow each other by their `effectiveFrom`. */
export interface PolicySchedule {
  /** Throws `invalid-policy` where no company policy is in force. */
  readonly at: (instant: Instant) => Policy;
  /** Moments at which another policy comes into force, ascending. */
  readonly changes: readonly Instant[];
}

const fromOf = ({ source }: ReadPolicy): Instant =>
  source.effectiveFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(source.effectiveFrom);
const toOf = ({ source }: ReadPolicy): Instant =>
  source.effectiveTo === undefined ? Number.POSITIVE_INFINITY : Date.parse(source.effectiveTo);

/** Of each policy the latest version that has begun and not ended. */
function inForce(files: readonly ReadPolicy[], instant: Instant): ReadPolicy[] {
  const latest = new Map<string, ReadPolicy>();
  for (const file of files) {
    if (!(fromOf(file) <= instant && instant < toOf(file))) continue;
    const key = `${file.source.level} ${file.source.policyId}`;
    const other = latest.get(key);
    if (other && fromOf(other) === fromOf(file))
      throw invalidPolicy([
        file.problemAt(
          ['version'],
          `\`${other.file}\` is a version of \`${file.source.policyId}\` too, and begins at the same moment`,
          'give one of them another `effectiveFrom`',
        ),
      ]);
    if (!other || fromOf(file) > fromOf(other)) latest.set(key, file);
  }
  return [...latest.values()];
}

/** Every policy that these texts will ever put in force, resolved now: a mistake of next month is found today. */
export function createSchedule(texts: readonly PolicyText[]): PolicySchedule {
  const files = texts.map(readPolicy);
  const textOf = new Map(texts.map((text) => [text.file, text]));
  const moments = [...new Set(files.flatMap((file) => [fromOf(file), toOf(file)]))].filter(Number.isFinite);
  const changes = moments.sort((a, b) => a - b);
  const policies = [Number.NEGATIVE_INFINITY, ...changes].map((from) => {
    const stack = inForce(files, from);
    const company = stack.some(({ source }) => source.level === 'company');
    return { from, policy: company ? resolvePolicy(stack.map(({ file }) => textOf.get(file)!)) : null };
  });
  return {
    changes,
    at(instant) {
      const current = policies.findLast(({ from }) => from <= instant)?.policy;
      if (current) return current;
      throw new DomainError('invalid-policy', `no policy of level \`company\` is in force at ${toRfc3339(instant)}`, {
        files: texts.map(({ file }) => file),
      });
    },
  };
}

/** Files as they are, folders as the `*.policy.yaml` in them. */
export function policyFilesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /\.policy\.ya?ml$/.test(name));
    return names.sort().map((name) => join(path, name));
  });
}

export function readPolicyFiles(paths: readonly string[]): PolicyText[] {
  return policyFilesOf(paths).map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}
