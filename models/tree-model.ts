import { DomainError } from '#domain/problems.ts';
import type { FeatureMatrix, FeatureSet } from '#domain/risk.ts';
import { calibrated, linked, rounded } from '#models/calibration.ts';
import type { ModelFile, TreesBody } from '#models/model-file.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { CATEGORY_SPLIT, checkEnsemble, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { type TreeScorer, treeScorer } from '#models/tree-scorer.ts';
import { type TreeExplainer, treeExplainer } from '#models/tree-shap.ts';

/** What every model carries besides what it computes. */
export type ModelIdentity = Pick<
  RiskModel,
  'task' | 'family' | 'modelVersion' | 'sha256' | 'featureSet' | 'marginUnit' | 'trainedAt'
>;

/** Refuses a matrix whose columns are not the feature set's. */
export function checkColumns({ featureSetId, features }: FeatureSet, { rows, columns, values }: FeatureMatrix): void {
  if (columns !== features.length)
    throw new DomainError(
      'invalid-data',
      `the matrix has ${columns} columns; feature set \`${featureSetId}\` has ${features.length}`,
      { found: columns, expected: features.length, featureSetId },
    );
  if (values.length < rows * columns)
    throw new DomainError('invalid-data', `the matrix has ${values.length} values for ${rows} x ${columns}`, {
      found: values.length,
      expected: rows * columns,
    });
}

/** One ensemble, compiled on first use: a service loads more models than it asks. */
export class LazyTrees {
  private readonly trees: TreeEnsemble;
  private scorer: TreeScorer | undefined;
  private explainer: TreeExplainer | undefined;

  constructor(trees: TreeEnsemble, columns: number) {
    checkEnsemble(trees);
    if (trees.columns !== columns)
      throw new DomainError('invalid-artifact', `trees read ${trees.columns} features; there are ${columns}`);
    this.trees = trees;
  }

  score({ rows, values }: FeatureMatrix): Float64Array {
    this.scorer ??= treeScorer(this.trees);
    const margins = new Float64Array(rows);
    this.scorer.score(values, rows, margins);
    return margins;
  }

  /** Thresholds of the splits on one column, in no order, and 0: it may count as missing. */
  turns(column: number): number[] {
    const { feature, flags, value } = this.trees;
    const found: number[] = [0];
    feature.forEach((tested, node) => {
      if (tested === column && (flags[node]! & CATEGORY_SPLIT) === 0) found.push(value[node]!);
    });
    return found;
  }

  explain({ values }: FeatureMatrix, row: number) {
    this.explainer ??= treeExplainer(this.trees);
    return this.explainer.explain(values, row);
  }
}

export function treeModel(file: ModelFile, body: TreesBody, identity: ModelIdentity): RiskModel {
  const trees = new LazyTrees(body.trees, file.featureSet.features.length);
  const margins = (matrix: FeatureMatrix): Float64Array => {
    checkColumns(file.featureSet, matrix);
    return trees.score(matrix);
  };
  return {
    ...identity,
    margins,
    predict(matrix) {
      const scores = margins(matrix);
      for (let row = 0; row < scores.length; row++)
        scores[row] = rounded(calibrated(file.calibration, linked(body.link, scores[row]!)));
      return scores;
    },
    attribute(matrix, row) {
      checkColumns(file.featureSet, matrix);
      return trees.explain(matrix, row);
    },
    turns: (_matrix, _row, feature) => trees.turns(feature),
  };
}
