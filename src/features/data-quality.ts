import type { Task } from '#domain/risk.ts';
import type { Snapshot } from '#domain/snapshot.ts';

function shareOf<T>(things: readonly T[], known: (thing: T) => boolean): number {
  let count = 0;
  for (const thing of things) if (known(thing)) count++;
  return things.length === 0 ? 0 : count / things.length;
}

/**
 * Share, per task, of the facts behind its scores that are known at all: positions with demand, lanes with a carrier
 * performance, positions with picks. The policy says from which share on a score counts.
 */
export function dataQuality({ supply, lanes }: Pick<Snapshot, 'supply' | 'lanes'>): Readonly<Record<Task, number>> {
  return {
    stockout: shareOf(supply, ({ demand }) => demand !== null),
    delay: shareOf(lanes, ({ performance }) => performance !== null),
    split: shareOf(supply, ({ picks91 }) => picks91 !== null),
  };
}
