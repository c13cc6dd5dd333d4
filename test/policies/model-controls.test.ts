import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { admitModels, type ModelFacts } from '#policies/model-controls.ts';
import { policyWith } from './policies.ts';
import { NOW, snapshot } from './world.ts';

const policy = policyWith([], {
  modelControls: { leastDataQuality: '60 percent', worstDrift: 'warning', oldestModel: '100 days' },
});
const facts = (over: Partial<ModelFacts> = {}): ModelFacts => ({
  task: 'delay',
  modelVersion: 'delay-7',
  trainedAt: NOW - 10 * DAY_MS,
  ...over,
});
const good = { stockout: 1, delay: 1, split: 1 };

function delayUnder(model: ModelFacts | null, quality = good, known = snapshot()) {
  return admitModels(policy, known, { stockout: null, delay: model, split: null }, quality, NOW).delay;
}
const drift = (state: 'none' | 'warning' | 'drifted') =>
  snapshot({ drift: { stockout: 'none', delay: state, split: 'none' } });

describe('model controls', () => {
  it('admit a model that is there, young, steady and well fed', () => {
    expect(delayUnder(facts())).toEqual({ usable: true, degradation: null });
    expect(delayUnder(facts({ trainedAt: NOW - 100 * DAY_MS })).usable).toBe(true);
    expect(delayUnder(facts(), { ...good, delay: 0.6 }).usable).toBe(true);
    expect(delayUnder(facts(), good, drift('warning')).usable).toBe(true);
  });

  it.each([
    ['there is none', delayUnder(null), 'MODEL_UNAVAILABLE', /no delay model is in force/],
    [
      'it is a millisecond too old',
      delayUnder(facts({ trainedAt: NOW - 100 * DAY_MS - 1 })),
      'MODEL_UNAVAILABLE',
      /`delay-7` is 101 days old/,
    ],
    ['its age is not known', delayUnder(facts({ trainedAt: Number.NaN })), 'MODEL_UNAVAILABLE', /days old/],
    ['it has drifted', delayUnder(facts(), good, drift('drifted')), 'MODEL_DRIFTED', /in drift state `drifted`/],
    [
      'too little is known',
      delayUnder(facts(), { ...good, delay: 0.59 }),
      'MODEL_UNAVAILABLE',
      /59 percent of the inputs/,
    ],
    [
      'it is not known how much is known',
      delayUnder(facts(), { ...good, delay: Number.NaN }),
      'MODEL_UNAVAILABLE',
      /percent of the inputs/,
    ],
  ])('refuse it where %s', (_why, admission, code, message) => {
    expect(admission.usable).toBe(false);
    expect(admission.degradation).toMatchObject({
      what: 'model',
      code,
      subject: 'delay',
      message: expect.stringMatching(message),
    });
  });
});
