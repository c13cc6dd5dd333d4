import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Rung, readCompletion } from '#explanation/llm-client.ts';
import { verifyText } from '#explanation/verify-text.ts';

const slots = { 's0.order': { value: 'A', shown: 'A' }, 's0.total': { value: 1, shown: '1.00 EUR' } };
const verdict = (text: string) => verifyText(text, slots, 2).objections;

describe('what a language model may write', () => {
  test.each([
    ['Order {{s0.order}} ships at an expected cost of {{s0.total}}. [1]', []],
    ['Order {{s0.order}} ships at 12. [1]', ['digit']],
    ['Twelve orders are shown. [1]', ['number word']],
    ['Order {{s0.order}} is the cheapest. [1]', ['comparative']],
    ['Order DEMO-X is shown. [1]', ['identifier']],
    ['Order {{s0.order}} goes by Northern Star. [1]', ['name']],
    ['Order {{s0.order}} was on Monday. [1]', ['date']],
    ['Order {{s0.order}} ships here because the dock was shut. [1]', ['cause']],
    ['Order {{s0.order}} ships here.', ['no citation']],
    ['Order {{s0.order}} ships here. [9]', ['unknown citation']],
    ['Order {{s7.secret}} ships here. [1]', ['unknown slot']],
    ['Order {{s0.order}} ships at \u0664\u0662. [1]', ['strange word']],
    ['<b>Order {{s0.order}}</b> ships. [1]', ['markup']],
    ['', ['empty']],
  ])('%s', (text, wanted) => {
    const objections = verdict(text);
    if (wanted.length === 0) expect(objections).toEqual([]);
    else expect(objections).toEqual(expect.arrayContaining(wanted));
  });

  test('a sentence of the template passes as it stands, and only so', () => {
    const line = 'Order {{s0.order}} ships here because it costs least. [1]';
    expect(verifyText(line, slots, 1, new Set([line])).ok).toBe(true);
    expect(verifyText(line.replace('least', 'most'), slots, 1, new Set([line])).ok).toBe(false);
  });
});

// The transcripts are written from what the servers' documentation and issue trackers say of them, not captured: no such
// server runs where this project is built.
describe('exchanges of each kind of server, written from documentation', () => {
  const folder = new URL('transcripts/', import.meta.url);
  for (const file of readdirSync(folder))
    for (const { note, rung, response, want } of JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      note: string;
      rung: Rung;
      response: unknown;
      want: unknown;
    }[])
      test(`${file}: ${note}`, () => expect(readCompletion(response, rung)).toEqual(want));
});
