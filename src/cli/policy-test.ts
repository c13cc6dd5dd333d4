import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { resolvePolicy } from '#policies/load.ts';
import { readCases, runCases } from '#policies/policy-cases.ts';
import { type Command, EXIT } from './command.ts';
import { readText } from './policy-files.ts';

export const policyTest: Command = {
  summary: 'run the cases that stand beside a policy',
  usage: `fairlead policy test <file>... [--cases <file>] [--json]
  --cases  @default the last file with \`.cases.yaml\` instead of \`.policy.yaml\`; docs/policy-cases.md has the format
  exit 1 when a case comes out differently`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, cases: { type: 'string' } },
    });
    const last = positionals.at(-1);
    if (last === undefined) throw new DomainError('usage', policyTest.usage);
    const casesFile = values.cases ?? last.replace(/\.policy\.ya?ml$/, '.cases.yaml');
    if (casesFile === last)
      throw new DomainError('usage', `\`${last}\` is no \`*.policy.yaml\`; name the cases with --cases`);
    const results = runCases(resolvePolicy(positionals.map(readText)), readCases(readText(casesFile)));
    const failed = results.filter(({ passed }) => !passed);
    if (values.json) {
      terminal.out(`${JSON.stringify({ cases: results.length, failed })}\n`);
      return failed.length > 0 ? EXIT.negative : EXIT.ok;
    }
    for (const { note, want, got, messages } of failed) {
      const said = ({ verdict, rules }: typeof want): string => `${verdict} by ${rules.join(', ') || 'no rule'}`;
      terminal.out(`failed  ${note}: expected ${said(want)}, found ${said(got)}\n`);
      for (const message of messages) terminal.out(`          ${message}\n`);
    }
    terminal.out(`${results.length - failed.length} of ${results.length} cases as expected\n`);
    return failed.length > 0 ? EXIT.negative : EXIT.ok;
  },
};
