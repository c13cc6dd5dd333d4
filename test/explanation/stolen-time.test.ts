import { expect, test } from 'vitest';
import { type Watched, watchLoop } from './stolen-time.ts';

/** A loop that is told how time goes: so many milliseconds of it waiting, working or standing still. */
function watched(...stretches: readonly (readonly ['waits' | 'works' | 'stands', number])[]): Watched {
  let now = 0;
  let processor = 0;
  let tick = (): void => {};
  let due = 0;
  const found = watchLoop({
    now: () => now,
    processor: () => processor,
    every: (ms, call) => {
      tick = () => {
        due = now + ms;
        call();
      };
      due = ms;
      return () => {
        tick = () => {};
      };
    },
  });
  for (const [what, ms] of stretches)
    if (what === 'waits')
      for (const until = now + ms; now < until; ) {
        now = Math.min(due, until);
        if (now === due) tick();
      }
    else {
      now += ms;
      if (what === 'works') processor += ms;
      tick();
    }
  return found();
}

test('a wait of ours is ours, and so is work of ours that holds the loop', () => {
  expect(watched(['waits', 400])).toEqual({ took: 400, own: 400 });
  expect(watched(['works', 60])).toEqual({ took: 60, own: 60 });
});

test('a stand-still without work is the machine’s, but for the tick that was due', () => {
  expect(watched(['stands', 300])).toEqual({ took: 300, own: 5 });
  expect(watched(['waits', 100], ['stands', 300], ['works', 50])).toEqual({ took: 450, own: 160 });
});

test('the real clock is watched too', async () => {
  const found = watchLoop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { took, own } = found();
  expect(took).toBeGreaterThanOrEqual(15);
  expect(own).toBeGreaterThan(0);
  expect(own).toBeLessThanOrEqual(took);
});
