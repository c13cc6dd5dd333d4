/**
 * Page's test on the stream of squared errors, in blocks, so that the few large errors of a rare outcome come out
 * nearly normal. Plain data, to be kept over a restart.
 */
export interface ErrorStream {
  readonly outcomes: number;
  /** Of the block that is being filled. */
  readonly blockRows: number;
  readonly blockSum: number;
  /** How far the blocks have risen above what the reference allows, in standard deviations; never below 0. */
  readonly rise: number;
  readonly alarm: boolean;
}

export const QUIET: ErrorStream = { outcomes: 0, blockRows: 0, blockSum: 0, rise: 0, alarm: false };

export interface ErrorReference {
  readonly rows: number;
  readonly mean: number;
  readonly deviation: number;
}

const BLOCK = 100;
/** A rise of half a standard deviation of a block is what the test is tuned to find; half of it is allowed. */
const ALLOWED = 0.25;
/** Blocks for which the stated rate holds: 100,000 outcomes. */
const BLOCKS = 1000;

/** The height that stays unreached in `BLOCKS` blocks with probability 1 - `alarmRate` (Siegmund's approximation). */
export function alarmHeight(alarmRate: number): number {
  const wanted = -BLOCKS / Math.log1p(-alarmRate);
  let [low, high] = [0, 200];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    const b = 2 * ALLOWED * (middle + 1.166);
    if ((Math.exp(b) - b - 1) / (2 * ALLOWED ** 2) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** The stream after one more outcome. An alarm stays until the stream is begun again. */
export function afterOutcome(
  stream: ErrorStream,
  reference: ErrorReference,
  probability: number,
  label: number,
  alarmRate: number,
): ErrorStream {
  const sum = stream.blockSum + (probability - label) ** 2;
  const outcomes = stream.outcomes + 1;
  if (stream.blockRows + 1 < BLOCK) return { ...stream, outcomes, blockRows: stream.blockRows + 1, blockSum: sum };
  // The reference's own mean is uncertain too: that much is allowed on top.
  const noise = reference.deviation * Math.sqrt(1 / BLOCK);
  const uncertain = 2 * reference.deviation * Math.sqrt(1 / Math.max(1, reference.rows));
  const standard = (sum / BLOCK - reference.mean - uncertain) / Math.max(noise, 1e-9);
  const rise = Math.max(0, stream.rise + standard - ALLOWED);
  return { outcomes, blockRows: 0, blockSum: 0, rise, alarm: stream.alarm || rise > alarmHeight(alarmRate) };
}
