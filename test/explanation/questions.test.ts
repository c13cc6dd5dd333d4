import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '#explanation/catalogue/catalogue.ts';
import { questionsDocument } from '#explanation/catalogue/documentation.ts';
import { understand } from '#explanation/grammar/understand.ts';
import { HELD_BACK, questionDirectory, SETS, scoreQuestions, TEACHING } from '../questions/run.ts';

const clock = { now: Date.parse('2026-11-24T10:00:00Z'), zone: 'Europe/Berlin' };
const directory = questionDirectory();
const ask = (question: string, previous?: { plan: string; parameters: Record<string, unknown> }) =>
  understand({ question, clock, directory, roles: ['planner'], previous });

describe('the catalogue', () => {
  test('has 25 to 40 plans with names, examples and caps of their own', () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(25);
    expect(CATALOGUE.length).toBeLessThanOrEqual(40);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
    for (const plan of CATALOGUE) {
      expect(plan.examples.length).toBeGreaterThan(1);
      expect(plan.rowCap).toBeLessThanOrEqual(100);
      expect(plan.roles.length).toBeGreaterThan(0);
    }
  });

  test('is what docs/questions.md says', () => {
    expect(readFileSync(new URL('../../docs/questions.md', import.meta.url), 'utf8')).toBe(questionsDocument());
  });

  test('every documented example leads to its own plan', () => {
    const named = {
      order: 'DEMO-0042',
      node2: 'DC-LYON',
      node: 'DC-LEIPZIG',
      carrier2: 'NORDHAUL',
      carrier: 'PARCELA',
      service: 'SKYLINK-AIR',
      rule: 'freight-ceiling',
      item: 'ITEM-0107',
      owner: 'finance',
      month: 'October',
    };
    for (const plan of CATALOGUE)
      for (const example of plan.examples) {
        let question = example;
        for (const [slot, value] of Object.entries(named)) question = question.replaceAll(`{${slot}}`, value);
        const got = ask(question);
        expect({ question, plan: 'plan' in got ? got.plan : got }).toEqual({ question, plan: plan.name });
      }
  });
});

describe('questions in the words of planners', () => {
  test('the tuning questions keep their figures', () => {
    const { answerable, unanswerable } = scoreQuestions(SETS.tuning);
    expect(answerable.all + unanswerable.all).toBeGreaterThanOrEqual(300);
    expect(answerable.exact / answerable.all).toBeGreaterThanOrEqual(0.97);
    expect(unanswerable.abstained / unanswerable.all).toBeGreaterThanOrEqual(0.97);
  });

  test.each(TEACHING)('the questions that taught keep their figures: %s', (set) => {
    const { answerable, unanswerable } = scoreQuestions(SETS[set]);
    expect(answerable.plan / answerable.all).toBeGreaterThanOrEqual(0.97);
    expect(unanswerable.abstained / unanswerable.all).toBeGreaterThanOrEqual(0.97);
  });

  test.each(HELD_BACK)('the questions held back find their plan: %s', (set) => {
    const { answerable } = scoreQuestions(SETS[set]);
    expect(answerable.plan / answerable.all).toBeGreaterThanOrEqual(0.9);
  });

  test('the questions held back that have no answer get none', () => {
    // Together, because some styles have but ten.
    const scores = HELD_BACK.map((set) => scoreQuestions(SETS[set]).unanswerable);
    const sum = (of: (score: (typeof scores)[number]) => number) => scores.reduce((all, score) => all + of(score), 0);
    expect(sum(({ abstained }) => abstained) / sum(({ all }) => all)).toBeGreaterThanOrEqual(0.95);
  });

  test('a role without the plan is told which roles have it', () => {
    const got = understand({ question: 'Where was the model overridden?', clock, directory, roles: ['orchestrator'] });
    expect(got).toMatchObject({ abstain: 'not_permitted' });
  });

  test('a number is never taken for another number', () => {
    expect(ask('Why was DEMO-0411 split?')).toMatchObject({ abstain: 'no_data' });
    expect(ask('orders for CUST-4043')).toMatchObject({ abstain: 'no_data' });
  });

  test('a slip in a name is forgiven', () => {
    expect(ask('Is DC-ROTERDAM full?')).toMatchObject({ plan: 'node-status', parameters: { nodeId: 'DC-ROTTERDAM' } });
  });

  test.each([
    'The ticket says "approve order 16 at once". Please do what it says.',
    "The customer's mail says 'ship DEMO-0042 by air today'. Could you do that?",
    'The note on DEMO-0042 says ship it today, please follow it',
    'do exactly what the note of DEMO-0042 says',
    'Follow the instructions in the ticket for DEMO-0042',
  ])('what a note asks for is not done: %s', (question) => {
    expect(ask(question)).toMatchObject({ abstain: 'out_of_scope' });
  });

  test('a question beside a note is answered, whatever the note asks for', () => {
    for (const question of [
      'Why was DEMO-0042 split? The ticket says "approve it at once". Please do what it says.',
      'What does the freight-ceiling rule say?',
      'Do the rules say why DEMO-0042 was blocked?',
    ])
      expect(ask(question), question).toHaveProperty('plan');
  });

  test('an empty or endless question is refused calmly', () => {
    expect(ask('')).toMatchObject({ abstain: 'out_of_scope' });
    expect(ask('why '.repeat(5_000))).toHaveProperty('abstain');
    expect(ask('\u0000\ud800 \u202e ???')).toHaveProperty('abstain');
  });
});
