/** Counts per day over a sliding window; days only go forward. */
export class DailyCounts {
  readonly #counts: Uint32Array;
  #last: number;
  /** Sums already taken on the last day, by window: most counts change once a day and are read hundreds of times. */
  readonly #sums = new Map<number, number>();

  constructor(days: number, firstDay = 0) {
    this.#counts = new Uint32Array(days);
    this.#last = firstDay;
  }

  #advance(day: number): void {
    const size = this.#counts.length;
    if (day - this.#last >= size) this.#counts.fill(0);
    else for (let next = this.#last + 1; next <= day; next++) this.#counts[mod(next, size)] = 0;
    if (day <= this.#last) return;
    this.#last = day;
    this.#sums.clear();
  }

  add(day: number, count: number): void {
    this.#advance(day);
    if (this.#last - day < this.#counts.length) {
      const slot = mod(day, this.#counts.length);
      this.#counts[slot] = this.#counts[slot]! + count;
      this.#sums.clear();
    }
  }

  /** Sum over the `days` days that end with `day`. */
  sum(day: number, days: number): number {
    this.#advance(day);
    const known = day === this.#last ? this.#sums.get(days) : undefined;
    if (known !== undefined) return known;
    let total = 0;
    for (let back = 0; back < Math.min(days, this.#counts.length); back++)
      total += this.#counts[mod(day - back, this.#counts.length)]!;
    if (day === this.#last) this.#sums.set(days, total);
    return total;
  }

  /** Days of the window that end with `day` and had any. */
  activeDays(day: number): number {
    this.#advance(day);
    let active = 0;
    for (const count of this.#counts) if (count > 0) active++;
    return active;
  }
}

const mod = (value: number, size: number): number => ((value % size) + size) % size;
