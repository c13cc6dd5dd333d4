import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '#domain/problems.ts';
import { readArtifact, writeArtifact } from '#models/artifact.ts';
import { sigmoid } from '#models/fixed-math.ts';
import { type ForeignModel, foreignBody } from '#models/foreign/foreign-model.ts';
import { foreignRows, readForeign } from '#models/foreign/read-foreign.ts';
import { treeScorer } from '#models/tree-scorer.ts';
import { type Command, EXIT } from './command.ts';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DomainError('usage', `\`${path}\` cannot be read`, { path }, cause);
  }
}

/** Cells of a line; a quoted cell may hold commas and doubled quotes. */
function cellsOf(line: string): string[] {
  // Each cell is read with the comma before it; one more in front makes the first like the others.
  const cells = `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

function scoreLines(model: ForeignModel, csv: string): string[] {
  const lines = csv.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const [header, ...rows] = lines.map(cellsOf);
  const matrix = foreignRows(model, header ?? [], rows);
  const margins = new Float64Array(matrix.rows);
  treeScorer(model.trees).score(matrix.values, matrix.rows, margins);
  const { link } = model;
  const outputOf = (margin: number): number =>
    link.kind === 'sigmoid' ? sigmoid(link.slope * margin) : link.scale * margin;
  const named = link.kind === 'sigmoid' ? 'probability' : 'prediction';
  return [`margin,${named}`, ...Array.from(margins, (margin) => `${margin},${outputOf(margin)}`)];
}

/** The artifact of a model trained elsewhere: features, categories and averages as the artifact `like` has them. */
function writeImported(model: ForeignModel, path: string, text: string, like: string, out: string, now: Date): string {
  const { file, card, reference } = readArtifact(like);
  const stored = reference as { score?: object; error?: object };
  return writeArtifact(out, {
    model: {
      ...file,
      family: 'boosted',
      marginUnit: 'logOdds',
      seed: 0,
      body: foreignBody(model, file.featureSet),
      calibration: { method: 'none' },
    },
    card: {
      trainedAt: now.toISOString(),
      importer: card['importer'],
      featureSet: file.featureSet.featureSetId,
      importedFrom: {
        library: model.library,
        file: basename(path),
        sha256: createHash('sha256').update(text).digest('hex'),
      },
      limits: [
        'trained elsewhere: `trainedAt` is when it was imported; what it learned from is not recorded here',
        'monotone constraints are not guaranteed',
        'not calibrated here; its scores and errors are not watched until it is trained or evaluated here',
      ],
    },
    metrics: {},
    // Inputs are distributed as they were; nothing is known of the scores, and no error counts as too large.
    reference: {
      ...stored,
      ...(stored.score && { score: { ...stored.score, rows: 0 } }),
      ...(stored.error && { error: { ...stored.error, rows: 0, mean: 1 } }),
    },
  });
}

export const importModel: Command = {
  summary: 'read an XGBoost (JSON) or LightGBM (text) model: score a file with it, or make it an artifact',
  usage: `fairlead import-model --model <file> --data <csv> --out <csv>
  scores rows that have a column for each of the model's own features: margin and probability, a row each
fairlead import-model --model <file> --like <artifact folder> --out <folder>
  makes an artifact on the feature set of another one, for predict, evaluate and models promote`,
  async run(args, terminal) {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args: [...args], options: { model: text, data: text, like: text, out: text } });
    const { model: path, data, like, out } = values;
    if (path === undefined || out === undefined || (data === undefined) === (like === undefined))
      throw new DomainError('usage', 'expected --model, --out and one of --data and --like');
    const source = read(path);
    const model = readForeign(source);
    if (data !== undefined) {
      const lines = scoreLines(model, read(data));
      writeFileSync(out, `${lines.join('\n')}\n`);
      terminal.out(
        `${lines.length - 1} rows scored by a ${model.library} model of ${model.trees.roots.length} trees -> ${out}\n`,
      );
      return EXIT.ok;
    }
    const version = writeImported(model, path, source, like!, out, new Date());
    terminal.out(`${model.library} model of ${model.trees.roots.length} trees -> ${out} (${version})\n`);
    return EXIT.ok;
  },
};
