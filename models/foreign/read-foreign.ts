import { DomainError } from '#domain/problems.ts';
import type { ForeignModel } from './foreign-model.ts';
import { importLightgbmText } from './lightgbm-text.ts';
import { importXgboostJson } from './xgboost-json.ts';

/** Reads either library's file, told apart by its first line. */
export function readForeign(text: string): ForeignModel {
  if (/^tree\r?\n/.test(text)) return importLightgbmText(text);
  if (/^\s*\{/.test(text)) return importXgboostJson(text);
  throw new DomainError('invalid-data', 'the file is neither XGBoost JSON nor LightGBM text', {
    found: text.slice(0, 20),
  });
}

/** Rows of texts as the model reads them: an empty cell is missing, a text the model's own list lacks is too. */
export function foreignRows(model: ForeignModel, header: readonly string[], rows: readonly (readonly string[])[]) {
  const at = model.featureNames.map((name, index) => {
    const column = header.indexOf(name);
    if (column < 0 && model.trees.feature.includes(index))
      throw new DomainError('invalid-data', `there is no column \`${name}\`, which the model reads`, { column: name });
    return column;
  });
  const values = new Float64Array(rows.length * at.length);
  rows.forEach((cells, row) => {
    at.forEach((column, feature) => {
      const name = model.featureNames[feature]!;
      const cell = column < 0 ? '' : (cells[column] ?? '');
      values[row * at.length + feature] = numberIn(cell, model.categories[name], () => ({
        row: row + 2,
        column: name,
      }));
    });
  });
  return { rows: rows.length, columns: at.length, values };
}

function numberIn(
  cell: string,
  texts: readonly string[] | undefined,
  where: () => { row: number; column: string },
): number {
  if (cell === '') return Number.NaN;
  if (texts) {
    const code = texts.indexOf(cell);
    return code < 0 ? Number.NaN : code;
  }
  const value = Number(cell);
  if (!Number.isNaN(value) || /^nan$/i.test(cell)) return value;
  const { row, column } = where();
  throw new DomainError('invalid-data', `row ${row}, column \`${column}\`: \`${cell}\`; expected a number`, {
    row,
    column,
  });
}
