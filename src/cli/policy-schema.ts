import { parseArgs } from 'node:util';
import { celReferenceText } from '#policies/cel-reference.ts';
import { policySchemaText } from '#policies/schema.ts';
import { type Command, EXIT } from './command.ts';

export const policySchema: Command = {
  summary: 'print the JSON Schema of policy files, or the reference of the CEL context',
  usage: `fairlead policy schema [--reference]
  the output is what policies/policy.schema.json and docs/cel-context.md hold`,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: { reference: { type: 'boolean', default: false } } });
    terminal.out(values.reference ? celReferenceText() : policySchemaText());
    return EXIT.ok;
  },
};
