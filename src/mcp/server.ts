import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { answerPlan, type Reply, refusal } from '#explanation/answer.ts';
import { CATALOGUE } from '#explanation/catalogue/catalogue.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { Sources } from '#explanation/sources.ts';

export interface McpParts {
  readonly sources: Sources;
  readonly roles: readonly Role[];
  readonly version: string;
  readonly show: (reply: Reply) => string;
}

/** Every plan that the roles may ask as one read-only tool, under its own name and schema. */
export function createMcpServer({ sources, roles, version, show }: McpParts): McpServer {
  const server = new McpServer({ name: 'fairlead', version });
  for (const plan of CATALOGUE) {
    if (!plan.roles.some((role) => roles.includes(role))) continue;
    server.registerTool(
      plan.name,
      {
        title: plan.name,
        description: `${plan.answers} For example: ${plan.examples[0]}`,
        inputSchema: plan.parameters.shape,
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      },
      async (given: Record<string, unknown>) => {
        const parsed = plan.parameters.safeParse(given);
        const reply = parsed.success
          ? answer({ plan: plan.name, parameters: parsed.data as Parameters }, sources)
          : refusal(
              'no_data',
              parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
            );
        return { content: [{ type: 'text' as const, text: show(reply) }], isError: !parsed.success };
      },
    );
  }
  return server;
}

function answer(planned: { plan: string; parameters: Parameters }, sources: Sources): Reply {
  try {
    return answerPlan(planned, sources);
  } catch (error) {
    if (error instanceof DomainError) return refusal('no_data', error.message);
    throw error;
  }
}
