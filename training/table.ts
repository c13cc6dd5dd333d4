import { DomainError } from '#domain/problems.ts';

/** How a column's text is read. `instant`: a date or a date and time without a zone (read as UTC), as epoch ms. */
export type ColumnKind = 'text' | 'number' | 'instant' | 'flag';

export interface ColumnRule {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The whole column may be absent: labels and what is only known later are, when rows are to be predicted. */
  readonly optional?: boolean;
  /** An empty cell is refused: keys, times and labels. */
  readonly required?: boolean;
  /** Texts that mean missing besides the empty one. */
  readonly missing?: readonly string[];
}

/** Columns in memory: numbers, instants and flags as doubles with NaN for missing, texts with '' for missing. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Float64Array | readonly string[]>;
  /** Where the rows came from, in order. */
  readonly sources: readonly Source[];
}

export interface Source {
  readonly file: string;
  /** Index of its first row in the table. */
  readonly first: number;
}

/** `file`, row n: where a row of the table stood, for messages. Rows count from 1 after the header. */
export function whereIs(table: Table, row: number): { file: string; row: number; text: string } {
  let source = table.sources[0]!;
  for (const next of table.sources) if (next.first <= row) source = next;
  const at = row - source.first + 1;
  return { file: source.file, row: at, text: `\`${source.file}\` row ${at}` };
}

export function numbersOf(table: Table, name: string): Float64Array {
  const column = table.columns.get(name);
  if (!(column instanceof Float64Array))
    throw new DomainError('invalid-data', `column \`${name}\` is not there or not of numbers`, { column: name });
  return column;
}

export function textsOf(table: Table, name: string): readonly string[] {
  const column = table.columns.get(name);
  if (!column || column instanceof Float64Array)
    throw new DomainError('invalid-data', `column \`${name}\` is not there or not of text`, { column: name });
  return column;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?)?$/;
const FLAGS: Record<string, number> = {
  Yes: 1,
  No: 0,
  yes: 1,
  no: 0,
  true: 1,
  false: 0,
  True: 1,
  False: 0,
  1: 1,
  0: 0,
};

/** A cell's value, or undefined where the text is not of its kind. */
export function readCell(text: string, kind: Exclude<ColumnKind, 'text'>): number | undefined {
  if (kind === 'number') return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (kind === 'flag') return Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined;
  const part = INSTANT.exec(text);
  if (!part) return undefined;
  const [year, month, day, hour, minute, second] = part.slice(1).map((digits) => Number(digits ?? 0));
  const date = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!));
  // A date that rolls over (February 30, hour 25) is not the date that was written.
  const same = date.getUTCMonth() === month! - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return same && minute! < 60 && second! < 60 ? date.getTime() : undefined;
}

export const EXPECTED: Record<Exclude<ColumnKind, 'text'>, string> = {
  number: 'a number',
  instant: 'a date such as 2018-04-15 or 2018-04-15 22:12:00',
  flag: 'Yes or No',
};

/** Collects rows column by column without ever holding them twice as text. */
export class TableBuilder {
  readonly #rules: readonly ColumnRule[];
  readonly #numbers = new Map<string, { chunks: Float64Array[]; used: number }>();
  readonly #texts = new Map<string, string[]>();
  readonly #interned = new Map<string, string>();
  readonly #present = new Set<string>();
  readonly #sources: Source[] = [];
  #rows = 0;

  constructor(rules: readonly ColumnRule[]) {
    this.#rules = rules;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Starts a file: which columns it has. Throws `invalid-data` for a missing, extra or repeated column. */
  begin(file: string, header: readonly string[]): (string | undefined)[] {
    const known = new Set(this.#rules.map((rule) => rule.name));
    const seen = new Set<string>();
    for (const name of header) {
      if (seen.has(name)) fail(`\`${file}\`: column \`${name}\` is there twice`, { file, column: name });
      if (!known.has(name)) fail(`\`${file}\`: column \`${name}\` is not expected`, { file, column: name });
      seen.add(name);
    }
    for (const rule of this.#rules)
      if (!seen.has(rule.name) && !rule.optional)
        fail(`\`${file}\`: column \`${rule.name}\` is missing`, { file, column: rule.name });
    if (this.#sources.length > 0)
      for (const name of known)
        if (seen.has(name) !== this.#present.has(name))
          fail(`\`${file}\`: column \`${name}\` is in some of the files only`, { file, column: name });
    for (const name of seen) this.#present.add(name);
    this.#sources.push({ file, first: this.#rows });
    return [...header];
  }

  /** One row, cells by the rules' names. */
  add(cells: readonly string[], rules: readonly (ColumnRule | undefined)[]): void {
    for (let c = 0; c < cells.length; c++) {
      const rule = rules[c];
      if (rule) this.#put(rule, cells[c]!);
    }
    this.#rows++;
  }

  ruleOf(name: string): ColumnRule | undefined {
    return this.#rules.find((rule) => rule.name === name);
  }

  #put(rule: ColumnRule, cell: string): void {
    const missing = cell === '' || rule.missing?.includes(cell) === true;
    if (missing && rule.required) this.#refuse(rule, cell, 'a value');
    if (rule.kind === 'text') {
      const values = this.#texts.get(rule.name) ?? [];
      if (values.length === 0) this.#texts.set(rule.name, values);
      values.push(missing ? '' : this.#intern(cell));
      return;
    }
    const value = missing ? Number.NaN : readCell(cell, rule.kind);
    if (value === undefined) this.#refuse(rule, cell, EXPECTED[rule.kind]);
    this.#push(rule.name, value!);
  }

  /** Equal texts share one string: a million rows name few carriers. */
  #intern(text: string): string {
    const known = this.#interned.get(text);
    if (known !== undefined) return known;
    if (this.#interned.size < 200_000) this.#interned.set(text, text);
    return text;
  }

  #push(name: string, value: number): void {
    const column = this.#numbers.get(name) ?? { chunks: [], used: CHUNK };
    if (column.chunks.length === 0) this.#numbers.set(name, column);
    if (column.used === CHUNK) {
      column.chunks.push(new Float64Array(CHUNK));
      column.used = 0;
    }
    column.chunks.at(-1)![column.used++] = value;
  }

  #refuse(rule: ColumnRule, cell: string, expected: string): never {
    const { file, first } = this.#sources.at(-1)!;
    const row = this.#rows - first + 1;
    const found = cell.length > 60 ? `${cell.slice(0, 60)}...` : cell;
    return fail(`\`${file}\` row ${row}, column \`${rule.name}\`: found \`${found}\`; expected ${expected}`, {
      file,
      row,
      column: rule.name,
      found,
    });
  }

  /** Throws `invalid-data` for a file without rows. */
  end(): void {
    const { file, first } = this.#sources.at(-1)!;
    if (this.#rows === first) fail(`\`${file}\` has 0 rows; expected at least one after the header`, { file, row: 0 });
  }

  finish(): Table {
    const columns = new Map<string, Float64Array | readonly string[]>();
    for (const rule of this.#rules) {
      if (!this.#present.has(rule.name)) continue;
      const texts = this.#texts.get(rule.name);
      if (texts) columns.set(rule.name, texts);
      const numbers = this.#numbers.get(rule.name);
      if (numbers) columns.set(rule.name, join(numbers.chunks, this.#rows));
    }
    return { rows: this.#rows, columns, sources: this.#sources };
  }
}

const CHUNK = 16_384;

function join(chunks: readonly Float64Array[], rows: number): Float64Array {
  const all = new Float64Array(rows);
  chunks.forEach((chunk, i) => {
    all.set(chunk.subarray(0, Math.min(CHUNK, rows - i * CHUNK)), i * CHUNK);
  });
  return all;
}

function fail(message: string, facts: Record<string, unknown>): never {
  throw new DomainError('invalid-data', message, facts);
}
