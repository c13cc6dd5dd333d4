import { FAMILIES, type Family } from '#models/risk-model.ts';
import { CATEGORY_SPLIT, type TreeEnsemble } from '#models/tree-ensemble.ts';
import { boostedTrainer } from './trainers/boosted.ts';
import { forestTrainer } from './trainers/forest.ts';
import { logisticTrainer } from './trainers/logistic.ts';
import { neuralTrainer } from './trainers/neural.ts';
import type { Trainer } from './trainers/trainer.ts';
import { boostedTransitTrainer, twoStageTrainer } from './trainers/transit.ts';

/** Few rows are learned slowly with small trees; many bear larger ones. */
const FEW_ROWS = 30_000;
const FEW = {
  learningRate: 0.05,
  maxLeaves: 15,
  minRows: 30,
  l2: 10,
  rowShare: 0.7,
  columnShare: 0.4,
  rounds: 300,
  patience: 30,
};
const MANY = {
  learningRate: 0.05,
  maxLeaves: 31,
  minRows: 40,
  l2: 5,
  rowShare: 0.7,
  columnShare: 0.5,
  rounds: 500,
  patience: 40,
};

/** The family that every first champion has to beat. */
export const floorTrainer = logisticTrainer();

/** Families to race; `slow` ones are judged on the last origin alone. */
export interface Entrant {
  readonly trainer: Trainer;
  readonly slow: boolean;
}

export function entrantsFor(family: Family | 'auto', rows: number): Entrant[] {
  const settings = rows <= FEW_ROWS ? FEW : MANY;
  const all: Entrant[] = [
    { trainer: bagged(boostedTrainer(settings), 3), slow: false },
    { trainer: boostedTransitTrainer(settings), slow: false },
    { trainer: twoStageTrainer(settings), slow: true },
    { trainer: forestTrainer({ trees: 40 }), slow: true },
    { trainer: neuralTrainer(), slow: true },
    { trainer: floorTrainer, slow: false },
  ];
  return family === 'auto' ? all : all.filter(({ trainer }) => trainer.family === family);
}

/** The mean of the margins of several fits that differ in their seed alone: what row and column sampling left to chance averages out. */
export function bagged(trainer: Trainer, fits: number): Trainer {
  return {
    ...trainer,
    async fit(data, options) {
      const models = [];
      for (let i = 0; i < fits; i++)
        models.push(
          await trainer.fit(data, {
            ...options,
            seed: options.seed + 7919 * i,
            progress: (done, total) => options.progress?.(i + done / total, fits),
          }),
        );
      const [first] = models;
      const bodies = models.map(({ body }) => body);
      const trees = bodies.flatMap((body) => (body.kind === 'trees' ? [body.trees] : []));
      if (first?.body.kind !== 'trees' || trees.length !== bodies.length) return first!;
      const rounds = models.reduce((sum, model) => sum + (model.rounds ?? 0), 0) / fits;
      return {
        ...first,
        body: { ...first.body, trees: meanOf(trees) },
        rounds: Math.round(rounds),
        settings: { ...first.settings, bags: fits },
      };
    },
  };
}

/** One ensemble whose margin is the mean of several. */
function meanOf(ensembles: readonly TreeEnsemble[]): TreeEnsemble {
  const share = 1 / ensembles.length;
  const nodes = ensembles.map(({ feature }) => feature.length);
  const first = nodes.map((_, i) => nodes.slice(0, i).reduce((sum, n) => sum + n, 0));
  const sets = ensembles.map(({ sets }) => sets.length);
  const firstSet = sets.map((_, i) => sets.slice(0, i).reduce((sum, n) => sum + n, 0));
  const ints = (of: (trees: TreeEnsemble) => Int32Array, shift: number[]): Int32Array =>
    Int32Array.from(ensembles.flatMap((trees, i) => Array.from(of(trees), (x) => x + shift[i]!)));
  const value = ensembles.flatMap((trees, i) =>
    Array.from(trees.value, (x, node) => {
      if (trees.feature[node] === -1) return x * share;
      return (trees.flags[node]! & CATEGORY_SPLIT) !== 0 ? x + firstSet[i]! : x;
    }),
  );
  return {
    columns: ensembles[0]!.columns,
    base: ensembles.reduce((sum, { base }) => sum + base * share, 0),
    inputs: ensembles[0]!.inputs,
    roots: ints((trees) => trees.roots, first),
    feature: Int32Array.from(ensembles.flatMap((trees) => Array.from(trees.feature))),
    left: ints((trees) => trees.left, first),
    right: ints((trees) => trees.right, first),
    value: Float64Array.from(value),
    flags: Uint8Array.from(ensembles.flatMap((trees) => Array.from(trees.flags))),
    cover: Float64Array.from(ensembles.flatMap((trees) => Array.from(trees.cover))),
    sets: Uint32Array.from(ensembles.flatMap((trees) => Array.from(trees.sets))),
  };
}

export const FAMILY_CHOICES = ['auto', ...FAMILIES] as const;
export type FamilyChoice = (typeof FAMILY_CHOICES)[number];
