const TICK_MS = 5;

/** A stretch of time as the clock has it, and without what the machine took of it. */
export interface Watched {
  readonly took: number;
  /** `took` less the time in which the event loop stood still while this process was given no processor. */
  readonly own: number;
}

/** What the loop is watched with; milliseconds. */
export interface LoopClock {
  readonly now: () => number;
  /** Processor time of the whole process. */
  readonly processor: () => number;
  /** Calls again and again until told to end. */
  readonly every: (ms: number, call: () => void) => () => void;
}

const REAL: LoopClock = {
  now: () => performance.now(),
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  every: (ms, call) => {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
};

/**
 * Watches the event loop by a timer beside it. While the loop stands still, either our code holds it, which costs
 * processor time, or the machine gave the processor to others, which costs none. A wait of ours leaves the loop running.
 * So only the stand-still beyond the processor time of the whole process (all its threads: never too little) is the
 * machine's, and everything else is ours.
 */
export function watchLoop(clock: LoopClock = REAL): () => Watched {
  const begun = clock.now();
  const before = clock.processor();
  let last = begun;
  let still = 0;
  const tick = (): void => {
    const now = clock.now();
    // A timer comes a little late on the quietest machine.
    if (now - last > 2 * TICK_MS) still += now - last - TICK_MS;
    last = now;
  };
  const end = clock.every(TICK_MS, tick);
  return () => {
    tick();
    end();
    const took = last - begun;
    return { took, own: took - Math.max(0, still - (clock.processor() - before)) };
  };
}
