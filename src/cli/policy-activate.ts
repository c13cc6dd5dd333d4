import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { toRfc3339 } from '#domain/time.ts';
import { readPolicy } from '#policies/read-policy.ts';
import { createSchedule, readPolicyFiles } from '#policies/schedule.ts';
import { stampPolicy } from '#policies/stamp.ts';
import { type Command, EXIT } from './command.ts';
import { readText } from './policy-files.ts';

/** Whole or not at all: a service that looks meanwhile sees the folder before or after. */
function writeAtomically(file: string, text: string): void {
  const part = `${file}.part`;
  const descriptor = openSync(part, 'wx', 0o644);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, file);
}

export const policyActivate: Command = {
  summary: 'put a version of a policy into the folder of a service, to begin on a day',
  usage: `fairlead policy activate <draft.yaml> --into <folder> --by <who> --approved-by <who> --reason <why> [--from <time>]
  --into  the folder that the service reads (serve --policy <folder>)
  --from  RFC 3339 time at which it comes into force @default now
  Every policy that the folder will put in force is checked first. A running service takes it up by itself and
  writes who and why into its log; a version that is there already is never overwritten.`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        into: { type: 'string' },
        from: { type: 'string', default: toRfc3339(Date.now()) },
        by: { type: 'string' },
        'approved-by': { type: 'string' },
        reason: { type: 'string' },
      },
    });
    const [draft] = positionals;
    const { into, from, by, reason, 'approved-by': approvedBy } = values;
    if (!draft || !into || !by || !approvedBy || !reason) throw new DomainError('usage', policyActivate.usage);
    if (!statSync(into, { throwIfNoEntry: false })?.isDirectory())
      throw new DomainError('usage', `--into: \`${into}\` is no folder`);
    const begins = Date.parse(from);
    if (Number.isNaN(begins)) throw new DomainError('usage', `--from: found \`${from}\`, expected an RFC 3339 time`);
    const text = stampPolicy(readText(draft).text, {
      effectiveFrom: toRfc3339(begins),
      raisedBy: by,
      approvedBy,
      reason,
    });
    const { source } = readPolicy({ file: draft, text });
    const there = readPolicyFiles([into]);
    const same = there
      .map(readPolicy)
      .find((other) => other.source.policyId === source.policyId && other.source.version === source.version);
    if (same)
      throw new DomainError(
        'invalid-policy',
        `version \`${source.version}\` of \`${source.policyId}\` is in \`${same.file}\` already; give the draft another version`,
      );
    const policy = createSchedule([...there, { file: draft, text }]).at(begins);
    const file = join(into, `${source.policyId}@${source.version}.policy.yaml`);
    writeAtomically(file, text);
    terminal.out(`${file}: in force from ${toRfc3339(begins)} as ${policy.policyRevision}\n`);
    return EXIT.ok;
  },
};
