import { z } from 'zod';
import { type DomainError, PROBLEMS, type ProblemCode } from '#domain/problems.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** RFC 9457, with what a caller needs to correct the request. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('`/problems/<code>`, stable; the address explains it'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    remedy: z.string(),
    traceId: z.string(),
    errors: z.array(z.object({ path: z.string(), found: z.string(), expected: z.string() })).optional(),
    reasonCodes: z.array(z.string()).optional(),
    decisionId: z.string().optional(),
  })
  .describe('Problem');
export type Problem = z.output<typeof problemSchema>;

export function problemOf(error: DomainError, traceId: string): Problem {
  const { status, title, remedy } = PROBLEMS[error.code];
  return { ...error.facts, type: `/problems/${error.code}`, title, status, detail: error.message, remedy, traceId };
}

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store', ...headers },
  });
}

/** docs/problems.md: the table for people. */
export function problemsPage(): string {
  const rows = (Object.keys(PROBLEMS) as ProblemCode[]).sort().map((code) => {
    const { status, title, remedy } = PROBLEMS[code];
    return `| \`${code}\` | ${status} | ${title} | ${remedy} |`;
  });
  return [
    '# Problems',
    '',
    'Every error is an RFC 9457 document (`application/problem+json`) whose `type` is `/problems/<code>`.',
    'This page is written from the table in `src/domain/problems.ts` by `npm run docs`.',
    '',
    '| code | status | what it says | what to do |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
