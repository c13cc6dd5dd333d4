const TICK_MS = 5;

/** A stretch of time as the clock has it, and without what the machine took of it. */
export interface Watched {
  readonly took: number;
  /** `took` less the time in which the event loop stood still while this process was given no processor. */
  readonly own: number;
}

/**
 * Watches the event loop by a timer beside it. While the loop stands still, either our code holds it, which costs
 * processor time, or the machine gave the processor to others, which costs none. A wait of ours leaves the loop running.
 * So only the stand-still beyond the processor time of the whole process (all its threads: never too little) is the
 * machine's, and everything else is ours.
 */
export function watchLoop(): () => Watched {
  const begun = performance.now();
  const before = process.cpuUsage();
  let last = begun;
  let still = 0;
  const tick = (): void => {
    const now = performance.now();
    // A timer comes a little late on the quietest machine.
    if (now - last > 2 * TICK_MS) still += now - last - TICK_MS;
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  return () => {
    tick();
    clearInterval(timer);
    const { user, system } = process.cpuUsage(before);
    const took = last - begun;
    return { took, own: took - Math.max(0, still - (user + system) / 1000) };
  };
}
