import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { LeafPosition } from '#audit/log.ts';
import { DomainError } from '#domain/problems.ts';
import type { Reply } from '#explanation/answer.ts';
import { PLAN_NAMES, planNamed } from '#explanation/catalogue/catalogue.ts';
import type { Parameters } from '#explanation/grammar/slots.ts';
import type { PlannedQuestion } from '#explanation/grammar/understand.ts';

/** A reply, and where it stands on the log with the path of its proof; null: it is on none. */
export type Told = Reply & { readonly log: (LeafPosition & { readonly receipt: string }) | null };

/** Whoever answers: a running service, or a database that is read. */
export interface Asking {
  /** Why answers are on no log; null where they are. */
  readonly unlogged: string | null;
  /** In words, after `previous` where they follow it up. */
  ask(question: string, previous?: PlannedQuestion): Promise<Told>;
  run(planned: PlannedQuestion): Promise<Told>;
  /** The names of the plans that may be asked. */
  plans(): Promise<readonly string[]>;
  close(): void;
}

export interface McpParts {
  readonly asking: Asking;
  readonly version: string;
  readonly show: (told: Told) => string;
}

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const inWords = {
  question: z.string().min(1).max(2000).describe("in the planner's own words, names and dates as they said them"),
  previous: z
    .object({ plan: z.enum(PLAN_NAMES), parameters: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('plan and parameters of the answer before, where the question follows it up'),
};

/**
 * Every plan that may be asked as one read-only tool, under its own name and schema, and `ask` for questions in words.
 * The result's text carries its citations; its structure carries them too, with the place on the log.
 */
export async function createMcpServer({ asking, version, show }: McpParts): Promise<McpServer> {
  const server = new McpServer({ name: 'fairlead', version });

  async function result(answer: () => Promise<Told>) {
    const told = await answer().catch((error: unknown) => {
      if (error instanceof DomainError) return error;
      throw error;
    });
    if (told instanceof DomainError) return { content: [{ type: 'text' as const, text: told.message }], isError: true };
    const { log, degraded, frontEnd } = told;
    const about =
      told.kind === 'answer'
        ? { plan: told.plan, parameters: told.parameters, citations: told.citations, notes: told.notes }
        : { abstain: told.abstain, choices: told.choices };
    return {
      content: [{ type: 'text' as const, text: show(told) }],
      structuredContent: { kind: told.kind, ...about, frontEnd, degraded, log },
    };
  }

  server.registerTool(
    'ask',
    {
      title: 'ask',
      description:
        'Answers a planner\'s question from the decision log. Prefer it where names or dates are as a person said them ("lyon", "last week"); the other tools take exact identifiers and RFC 3339 times.',
      inputSchema: inWords,
      annotations: READS,
    },
    ({ question, previous }) => result(() => asking.ask(question, previous as PlannedQuestion | undefined)),
  );
  for (const name of await asking.plans()) {
    const plan = planNamed(name);
    // A newer service may know more.
    if (!plan) continue;
    server.registerTool(
      name,
      {
        title: name,
        description: `${plan.answers} For example: ${plan.examples[0]}`,
        inputSchema: plan.parameters.shape,
        annotations: READS,
      },
      (given: Record<string, unknown>) => result(() => asking.run({ plan: name, parameters: given as Parameters })),
    );
  }
  return server;
}
