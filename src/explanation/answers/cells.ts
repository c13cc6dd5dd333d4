import type { Row } from '#explanation/sources.ts';

/** Cells of a query's row. */
export const str = (row: Row, name: string): string | null => (row[name] === null ? null : String(row[name]));
export const num = (row: Row, name: string): number => Number(row[name] ?? 0);
