import { describe, expect, it } from 'vitest';
import { fitCalibrated } from '#training/fit-calibrated.ts';
import { pickRows, timeSplit } from '#training/split.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import { sampleData } from './samples.ts';

describe('timeSplit', () => {
  const data = sampleData(1000, 1);

  it('holds out the latest share, sharing no row', () => {
    const { learn, hold } = timeSplit(data, 0.2)!;
    expect(learn.matrix.rows).toBe(800);
    expect(hold.matrix.rows).toBe(200);
    expect(hold.times![0]!).toBeGreaterThan(learn.times![799]!);
    expect([...hold.matrix.values]).toEqual([...data.matrix.values.subarray(800 * 5)]);
  });

  it('keeps rows of one moment together', () => {
    const times = data.times!.map((_, row) => Math.floor(row / 150));
    const { learn, hold } = timeSplit({ ...data, times }, 0.2)!;
    expect(learn.matrix.rows).toBe(900);
    expect(hold.matrix.rows).toBe(100);
    const late = data.times!.map((_, row) => Math.min(row, 700));
    expect(timeSplit({ ...data, times: late }, 0.2)!.learn.matrix.rows).toBe(700);
    const same = data.times!.map(() => 5);
    expect(timeSplit({ ...data, times: same }, 0.2)!.learn.matrix.rows).toBe(800);
  });

  it('is undefined where a side would lack a class', () => {
    const labels = data.labels.map((label, row) => (row >= 800 ? 0 : label));
    expect(timeSplit({ ...data, labels }, 0.2)).toBeUndefined();
  });

  it('rows picked are the rows named, in that order', () => {
    const picked = pickRows(data, [7, 3]);
    expect([...picked.matrix.values]).toEqual([
      ...data.matrix.values.slice(35, 40),
      ...data.matrix.values.slice(15, 20),
    ]);
    expect([...picked.labels]).toEqual([data.labels[7], data.labels[3]]);
  });
});

describe('fitCalibrated', () => {
  const data = sampleData(3000, 2);

  it('learns from all rows in the end, unless told not to, and says which', async () => {
    const trainer = boostedTrainer({ rounds: 40 });
    const seen: number[] = [];
    const all = await fitCalibrated(trainer, data, { seed: 1, progress: (done, total) => seen.push(done / total) });
    const part = await fitCalibrated(trainer, data, { seed: 1, refit: false });
    expect(all.refitted).toBe(true);
    expect(part.refitted).toBe(false);
    expect(all.holdoutRows).toBe(600);
    expect(all.file.calibration).toEqual(part.file.calibration);
    expect(all.file.body).not.toEqual(part.file.body);
    expect(seen.every((share, i) => share >= (seen[i - 1] ?? 0) && share <= 1)).toBe(true);
    expect(seen.at(-1)).toBe(1);
  });

  it('fits a few rounds and no calibration when the rows are too few to hold any out', async () => {
    const few = pickRows(
      data,
      Array.from({ length: 30 }, (_, row) => row),
    );
    few.labels.fill(0);
    few.labels[3] = 1;
    const fit = await fitCalibrated(boostedTrainer(), few, { seed: 1 });
    expect(fit.holdoutRows).toBe(0);
    expect(fit.file.calibration).toEqual({ method: 'none' });
  });
});
