// Writes policies/rule-kinds.ts: every file of policies/rules/ is a rule, so that a new rule is one new file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const policies = fileURLToPath(new URL('../policies', import.meta.url));

export function ruleKindsText(folder: string = policies): string {
  const names = readdirSync(`${folder}/rules`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();
  const constant = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Written by `npm run rules` from the files of policies/rules/.',
    "import type { RuleKind } from './rule.ts';",
    ...names.map((name) => `import { ${constant(name)} } from './rules/${name}.ts';`),
    '',
    '/** Every kind of rule, by name. */',
    'export const RULE_KINDS: readonly RuleKind[] = [',
    ...names.map((name) => `  ${constant(name)},`),
    '];',
    '',
  ].join('\n');
}

const target = `${policies}/rule-kinds.ts`;
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = ruleKindsText();
  if (readFileSync(target, { encoding: 'utf8', flag: 'a+' }) !== text) writeFileSync(target, text);
}
