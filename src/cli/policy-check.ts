import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { ruleWords } from '#policies/describe.ts';
import { resolvePolicy } from '#policies/load.ts';
import { type Command, EXIT } from './command.ts';
import { readText } from './policy-files.ts';

export const policyCheck: Command = {
  summary: 'check policy files: schema, types, contradictions; every problem with file, line and remedy',
  usage: `fairlead policy check <file>... [--rules] [--json]
  <file>...  the stack: one company policy, and regions and customers that narrow it
  --rules    say in words what each rule means
  exit 1 when the policy cannot be used`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, rules: { type: 'boolean', default: false } },
    });
    if (positionals.length === 0) throw new DomainError('usage', policyCheck.usage);
    const texts = positionals.map(readText);
    try {
      const policy = resolvePolicy(texts);
      const { policyRevision, policyId, version, rules, document } = policy;
      if (values.json) terminal.out(`${JSON.stringify({ ok: true, policyRevision, rules: rules.length })}\n`);
      else terminal.out(`${policyId} ${version}: ${rules.length} rules, ${policyRevision}\n`);
      if (values.rules && !values.json)
        for (const rule of document.rules)
          terminal.out(`  ${rule.ruleId}: ${ruleWords(rule, document.currency).join('; ')}\n`);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid-policy') throw error;
      if (values.json)
        terminal.out(`${JSON.stringify({ ok: false, problems: error.facts['problems'] ?? [error.message] })}\n`);
      else terminal.err(`${error.message}\n`);
      return EXIT.negative;
    }
  },
};
