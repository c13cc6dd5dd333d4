import { DomainError } from '#domain/problems.ts';
import type { FeatureMatrix } from '#domain/risk.ts';
import { calibrated, rounded } from '#models/calibration.ts';
import { fixedExp, fixedLog, sigmoid } from '#models/fixed-math.ts';
import { groupShapley } from '#models/group-shapley.ts';
import { termInput } from '#models/linear-model.ts';
import type { ModelFile, NetworkBody, NetworkLayer } from '#models/model-file.ts';
import type { TransitModel } from '#models/risk-model.ts';
import { checkQuantiles, promiseColumn, SHORTEST_DAYS } from '#models/transit-model.ts';
import { checkColumns, type ModelIdentity } from '#models/tree-model.ts';

/** Runs the layers for one row of features: the logit of the hazard of arrival in each bin. */
export interface NetworkRunner {
  readonly bins: number;
  run(features: Float64Array, at: number, hazards: Float64Array): void;
}

/**
 * Plain double arithmetic in one fixed order over the stored weights; no allocation per row. Indicators are read as 0 or
 * 1, their standardisation folded into the first layer once, so that those that are 0 cost nothing.
 */
export function networkRunner({ inputs, layers, edges }: NetworkBody): NetworkRunner {
  checkShapes(inputs.length, layers, edges.length);
  const weights = layers.map((layer) => Float64Array.from(layer.weights));
  const biases = layers.map((layer) => Float64Array.from(layer.biases));
  const values = [new Float64Array(inputs.length), ...layers.map(({ outputs }) => new Float64Array(outputs))];
  const first = layers[0]!.outputs;
  inputs.forEach(({ kind, mean, scale }, i) => {
    if (kind === 'number') return;
    for (let o = 0; o < first; o++) {
      biases[0]![o]! -= (mean / scale) * weights[0]![i * first + o]!;
      weights[0]![i * first + o]! /= scale;
    }
  });
  return {
    bins: edges.length,
    run(features, at, hazards) {
      const read = values[0]!;
      for (let i = 0; i < inputs.length; i++) {
        const term = inputs[i]!;
        const x = features[at + term.feature]!;
        if (term.kind === 'number') read[i] = termInput(term, x);
        else if (term.kind === 'missing') read[i] = Number.isNaN(x) ? 1 : 0;
        else read[i] = Math.trunc(x) === term.code ? 1 : 0;
      }
      for (let l = 0; l < layers.length; l++) {
        const to = values[l + 1]!;
        runLayer(values[l]!, weights[l]!, biases[l]!, to);
        if (layers[l]!.activation === 'relu') for (let o = 0; o < to.length; o++) to[o] = Math.max(to[o]!, 0);
      }
      hazards.set(values[layers.length]!);
    },
  };
}

function runLayer(from: Float64Array, weights: Float64Array, biases: Float64Array, to: Float64Array): void {
  const outputs = to.length;
  to.set(biases);
  for (let i = 0; i < from.length; i++) {
    const value = from[i]!;
    if (value === 0) continue;
    const at = i * outputs;
    for (let o = 0; o < outputs; o++) to[o] = to[o]! + value * weights[at + o]!;
  }
}

function checkShapes(inputs: number, layers: readonly NetworkLayer[], bins: number): void {
  const bad = (message: string) => new DomainError('invalid-artifact', `network: ${message}`);
  if (layers.length === 0) throw bad('there are 0 layers');
  let width = inputs;
  layers.forEach((layer, i) => {
    if (layer.inputs !== width) throw bad(`layer ${i} reads ${layer.inputs} values; there are ${width}`);
    if (layer.weights.length !== width * layer.outputs || layer.biases.length !== layer.outputs)
      throw bad(`layer ${i} has ${layer.weights.length} weights; expected ${width * layer.outputs}`);
    width = layer.outputs;
  });
  if (width !== bins) throw bad(`${width} outputs for ${bins} transit bins`);
}

/** Log of the share that stays in a bin of that hazard logit; never below log 1e-12. */
function stays(hazard: number): number {
  return fixedLog(Math.max(1 - sigmoid(hazard), 1e-12));
}

/**
 * Log of the probability that a shipment is still under way after `days`. Bin b ends at `edges[b]` days; what is still
 * under way at its start arrives in it with probability sigmoid(hazards[b]), at a constant rate inside the bin, and
 * after the last edge at the last bin's rate.
 */
export function logSurvival(edges: Float64Array, hazards: Float64Array, days: number): number {
  let log = 0;
  let from = 0;
  for (let bin = 0; bin < edges.length; bin++) {
    const to = edges[bin]!;
    const inBin = stays(hazards[bin]!);
    if (days <= to || bin === edges.length - 1) return log + (inBin * Math.max(days - from, 0)) / (to - from);
    log += inBin;
    from = to;
  }
  return log;
}

/** Days after which the share `1 - quantile` is still under way; at most ten times the last edge. */
export function survivalQuantile(edges: Float64Array, hazards: Float64Array, quantile: number): number {
  const wanted = fixedLog(1 - quantile);
  let log = 0;
  let from = 0;
  for (let bin = 0; bin < edges.length; bin++) {
    const to = edges[bin]!;
    const inBin = stays(hazards[bin]!);
    const last = bin === edges.length - 1;
    if (log + inBin <= wanted || last) {
      const share = inBin < 0 ? (wanted - log) / inBin : Number.POSITIVE_INFINITY;
      return Math.min(from + share * (to - from), 10 * edges[edges.length - 1]!);
    }
    log += inBin;
    from = to;
  }
  return from;
}

const MAX_MARGIN = 30;

/** log(p / (1 - p)) of a probability given by its logarithm, within 30 either way. */
function logitOfLog(log: number): number {
  if (log >= 0) return MAX_MARGIN;
  return Math.min(Math.max(log - fixedLog(-expm1(log)), -MAX_MARGIN), MAX_MARGIN);
}

/** e^x - 1 for x <= 0, exact enough near 0. */
function expm1(x: number): number {
  return x > -1e-5 ? x + (x * x) / 2 : fixedExp(x) - 1;
}

/** A network over the transit time; the promise is compared with it and is not among its inputs. */
export function networkModel(file: ModelFile, body: NetworkBody, identity: ModelIdentity): TransitModel {
  const { edges } = body;
  const runner = networkRunner(body);
  const columns = file.featureSet.features.length;
  const promise = promiseColumn(file.featureSet, body.promiseFeature);
  const grouped = body.groups.flatMap(({ features }) => features).sort((a, b) => a - b);
  if (grouped.length !== columns || grouped.some((feature, i) => feature !== i))
    throw new DomainError('invalid-artifact', `network: its groups do not hold each of ${columns} features once`);
  if (body.background.length === 0 || body.background.length % columns !== 0)
    throw new DomainError('invalid-artifact', `network: ${body.background.length} background values`);
  const hazards = new Float64Array(runner.bins);
  const marginOf = (features: Float64Array, at: number): number => {
    runner.run(features, at, hazards);
    const days = features[at + promise]!;
    const promised = Number.isNaN(days) ? body.usualPromiseDays : days;
    return logitOfLog(logSurvival(edges, hazards, Math.max(promised, SHORTEST_DAYS)));
  };
  const margins = (matrix: FeatureMatrix): Float64Array => {
    checkColumns(file.featureSet, matrix);
    return Float64Array.from({ length: matrix.rows }, (_, row) => marginOf(matrix.values, row * columns));
  };
  const predict = (matrix: FeatureMatrix): Float64Array =>
    margins(matrix).map((margin) => rounded(calibrated(file.calibration, sigmoid(margin))));
  function transitDays(matrix: FeatureMatrix, quantiles: readonly number[]): Float64Array {
    checkQuantiles(quantiles);
    checkColumns(file.featureSet, matrix);
    const days = new Float64Array(matrix.rows * quantiles.length);
    for (let row = 0; row < matrix.rows; row++) {
      runner.run(matrix.values, row * columns, hazards);
      quantiles.forEach((quantile, i) => {
        days[row * quantiles.length + i] = Math.round(survivalQuantile(edges, hazards, quantile) * 1e6) / 1e6;
      });
    }
    return days;
  }
  return {
    ...identity,
    margins,
    predict,
    attribute(matrix, row) {
      checkColumns(file.featureSet, matrix);
      const features = matrix.values.subarray(row * columns, (row + 1) * columns);
      return groupShapley(body, features, (mixed) => marginOf(mixed, 0));
    },
    transitDays,
    lateAndTransitDays: (matrix, quantiles) => ({ late: predict(matrix), days: transitDays(matrix, quantiles) }),
  };
}
