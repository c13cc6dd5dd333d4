import type { FeatureMatrix, FeatureSet, Task } from '#domain/risk.ts';
import type { Table } from '../table.ts';

/**
 * What a model's features need beyond their own row, as known when the training ended: the codes of categories and the
 * outcome averages by key. It is stored beside the model, so that rows are read the same way later.
 */
export interface Recorded {
  readonly v: 1;
  readonly importer: string;
  /** Codes 0..n-1 of each category feature. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** Shrunk outcome average of each key, by encoding feature. */
  readonly averages: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A group of rows that a report looks at apart. */
export interface Segment {
  readonly name: string;
  readonly of: (row: number) => string;
}

/** What a file says besides the features. Labels and what follows from them are absent where the file has none. */
export interface Facts {
  readonly ids: readonly string[];
  /** Decision moments (epoch ms), or another number that rises with time where the set has no dates. */
  readonly times: Float64Array;
  /** Whether `times` is a clock. */
  readonly dated: boolean;
  readonly labels?: Float64Array;
  /** When each label became known, epoch ms. */
  readonly observedAt?: Float64Array;
  /** When each duration became known, epoch ms; a label may be known sooner. */
  readonly settledAt?: Float64Array;
  /** Time from decision to arrival in the unit of the promise feature. */
  readonly durations?: Float64Array;
  /** How long a row that has not arrived by a moment (epoch ms) has been on its way then. */
  readonly elapsed?: (row: number, moment: number) => number;
  /** From a duration of a row to days on the calendar. */
  readonly calendarDays?: (row: number, duration: number) => number;
  /** How much each row counts in training; 1 where absent. */
  readonly weights?: Float64Array;
  readonly segments: readonly Segment[];
  /** Rows on which ranking means something, where that is not all of them, and what they are. */
  readonly judged?: { readonly name: string; readonly rows: Uint8Array };
}

/** How one kind of file becomes features and outcomes. */
export interface Importer {
  readonly name: string;
  readonly task: Task;
  readonly promiseFeature?: string;
  read(files: readonly string[]): Promise<Table>;
  /** Where the rows' order must not fall when they are learned from. */
  readonly orderedBy?: string;
  facts(table: Table): Facts;
  learn(table: Table): Recorded;
  featureSet(recorded: Recorded): FeatureSet;
  /**
   * `recorded`: averages as the training left them. `asOf`: averages out of the table itself, for each row only from
   * outcomes known at the start of its period.
   */
  features(table: Table, recorded: Recorded, history: 'recorded' | 'asOf'): FeatureMatrix;
}
