import { z } from 'zod';
import { policySource } from './source.ts';

/** The published JSON Schema of a policy file; editors complete and check with it. */
export function policySchemaText(): string {
  const schema = z.toJSONSchema(policySource, { target: 'draft-7' });
  const { $schema, ...rest } = schema;
  return `${JSON.stringify({ $schema, $id: 'policy.schema.json', title: 'Policy of a Fairlead installation', ...rest }, null, 2)}\n`;
}
