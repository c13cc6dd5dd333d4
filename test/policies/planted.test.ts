import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DomainError } from '#domain/problems.ts';
import { resolvePolicy } from '#policies/load.ts';
import type { PolicyProblem } from '#policies/problems.ts';
import { PLANTED } from './planted.ts';

const file = 'policies/default.policy.yaml';
const text = readFileSync(file, 'utf8');

function problemsOf(texts: readonly { file: string; text: string }[]): {
  message: string;
  problems: readonly PolicyProblem[];
} {
  try {
    resolvePolicy(texts);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { message: error.message, problems: (error.facts['problems'] ?? []) as PolicyProblem[] };
  }
  return { message: '', problems: [] };
}

const lineOf = (whole: string, part: string): number => whole.slice(0, whole.indexOf(part)).split('\n').length;

describe('policy check', () => {
  it('knows at least 20 mistakes', () => expect(PLANTED.length).toBeGreaterThanOrEqual(20));

  it.each(PLANTED)('refuses $name, with file, line and remedy', ({ find, replace, at, problem, remedy }) => {
    expect(text.split(find).length, 'the mistake is planted once').toBe(2);
    const changed = text.replace(find, () => replace);
    expect(changed.indexOf(at)).toBeGreaterThanOrEqual(0);
    const { problems, message } = problemsOf([{ file, text: changed }]);
    const found = problems.find((candidate) => problem.test(candidate.problem));
    expect(found, message || 'nothing was found').toBeDefined();
    expect(found).toMatchObject({ file, line: lineOf(changed, at) });
    expect(found?.remedy).toMatch(remedy);
    expect(message).toContain(`${file}:${found?.line}: `);
  });

  it('asks for exactly one company policy', () => {
    expect(problemsOf([]).message).toMatch(/no policy of level `company`/);
    const twice = problemsOf([
      { file, text },
      { file: 'other.yaml', text },
    ]);
    expect(twice.message).toMatch(/^other\.yaml:5: level: .*company policy too; keep one/);
  });
});
