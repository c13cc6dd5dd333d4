import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { diffPolicies } from '#policies/describe.ts';
import { resolvePolicy } from '#policies/load.ts';
import { type Command, EXIT } from './command.ts';
import { readStack } from './policy-files.ts';

export const policyDiff: Command = {
  summary: 'say in words what differs between two policies',
  usage: `fairlead policy diff <A[,A2]> <B[,B2]> [--json]
  a stack of several files is written with commas; exit 1 when they differ`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [before, after] = positionals;
    if (before === undefined || after === undefined || positionals.length > 2)
      throw new DomainError('usage', policyDiff.usage);
    const [a, b] = [before, after].map((list) => resolvePolicy(readStack(list)));
    const lines = diffPolicies(a!.document, b!.document);
    if (values.json)
      terminal.out(`${JSON.stringify({ from: a!.policyRevision, to: b!.policyRevision, differences: lines })}\n`);
    else terminal.out(lines.length > 0 ? `${lines.join('\n')}\n` : 'they decide the same\n');
    return lines.length > 0 ? EXIT.negative : EXIT.ok;
  },
};
