import { z } from 'zod';
import { CATEGORY_SPLIT, MISSING_LEFT, MISSING_NAN } from '#models/tree-ensemble.ts';
import { type ForeignModel, type ForeignNode, ForeignTrees, malformed, unsupported } from './foreign-model.ts';

const whole = z.union([z.number(), z.string()]).transform(Number);
const flag = z.union([z.number(), z.boolean()]).transform(Number);
const list = z.array(z.number());

const tree = z.object({
  left_children: list,
  right_children: list,
  split_indices: list,
  split_conditions: z.array(z.number().nullable()),
  default_left: z.array(flag),
  sum_hessian: list,
  split_type: list.optional(),
  categories: list.optional(),
  categories_nodes: list.optional(),
  categories_segments: list.optional(),
  categories_sizes: list.optional(),
});
type XgboostTree = z.infer<typeof tree>;

const schema = z.object({
  learner: z.object({
    attributes: z.record(z.string(), z.string()).optional(),
    feature_names: z.array(z.string()).optional(),
    gradient_booster: z.object({ name: z.string(), model: z.unknown().optional() }),
    learner_model_param: z.object({
      base_score: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]),
      num_class: whole.optional(),
      num_target: whole.optional(),
      num_feature: whole,
    }),
    objective: z.object({ name: z.string() }),
  }),
});

const boosterModel = z.object({
  gbtree_model_param: z.object({ num_parallel_tree: whole.optional(), size_leaf_vector: whole.optional() }),
  trees: z.array(tree),
});

/** Objectives whose margin is log odds, and those whose prediction is the margin. */
const LOG_ODDS = new Set(['binary:logistic', 'binary:logitraw', 'reg:logistic']);
const IDENTITY = new Set(['reg:squarederror', 'reg:linear', 'reg:absoluteerror', 'reg:pseudohubererror']);

const scratch = new DataView(new ArrayBuffer(4));

/** The largest float32 below `x`, so that `value < x` becomes `value <= it` for float32 values. */
function float32Below(x: number): number {
  if (x === 0) return -(2 ** -149);
  scratch.setFloat32(0, x);
  const bits = scratch.getInt32(0);
  scratch.setInt32(0, x > 0 ? bits - 1 : bits + 1);
  return scratch.getFloat32(0);
}

/** The file's numbers may be bare NaN or Infinity, which JSON has not: categorical nodes are written so. */
function parse(text: string): unknown {
  const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|nan|inf)\b/g, (found) =>
    found.startsWith('"') ? found : 'null',
  );
  try {
    return JSON.parse(strict);
  } catch (cause) {
    throw malformed('xgboost', 'the file is not JSON (save it as `.json`, not `.ubj` or `.deprecated`)', cause);
  }
}

/**
 * Reads a model saved by XGBoost as JSON. Values and thresholds are compared as float32, a leaf is added at a time in
 * float32, and trees after the best iteration are left out, as the library does.
 */
export function importXgboostJson(text: string): ForeignModel {
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw malformed('xgboost', `\`${path.join('.')}\`: ${message.toLowerCase()}`);
  }
  const { learner } = parsed.data;
  const { name: booster, model: untyped } = learner.gradient_booster;
  if (booster !== 'gbtree') throw unsupported('xgboost', `booster ${booster}`, 'booster gbtree');
  const { num_class = 0, num_target = 1, num_feature, base_score } = learner.learner_model_param;
  if (num_class > 1) throw unsupported('xgboost', `num_class ${num_class}`, 'one output');
  if (num_target > 1) throw unsupported('xgboost', `num_target ${num_target}`, 'one output');
  const objective = learner.objective.name;
  const logOdds = LOG_ODDS.has(objective);
  if (!logOdds && !IDENTITY.has(objective))
    throw unsupported('xgboost', `objective ${objective}`, [...LOG_ODDS, ...IDENTITY].join(', '));
  const model = boosterModel.safeParse(untyped);
  if (!model.success) {
    const { path, message } = model.error.issues[0]!;
    throw malformed('xgboost', `\`gradient_booster.model.${path.join('.')}\`: ${message.toLowerCase()}`);
  }
  const { gbtree_model_param: shape, trees } = model.data;
  if ((shape.size_leaf_vector ?? 1) > 1)
    throw unsupported('xgboost', `size_leaf_vector ${shape.size_leaf_vector}`, 'one value a leaf');
  const best = learner.attributes?.['best_iteration'];
  const kept = best === undefined ? trees.length : (Number(best) + 1) * Math.max(1, shape.num_parallel_tree ?? 1);
  const flat = new ForeignTrees();
  trees.slice(0, kept).forEach((one, index) => {
    flat.add(0, nodesOf(one, index), one.left_children.length);
  });
  const names = learner.feature_names ?? [];
  return {
    library: 'xgboost',
    featureNames: names.length > 0 ? names : Array.from({ length: num_feature }, (_, i) => `f${i}`),
    categories: {},
    trees: flat.build(num_feature, baseMargin(base_score, logOdds), 'float32'),
    link: logOdds ? { kind: 'sigmoid', slope: 1 } : { kind: 'identity', scale: 1 },
  };
}

/** `base_score` is a number, a text or a list of one, in probability space for log odds. */
function baseMargin(score: string | number | readonly (string | number)[], logOdds: boolean): number {
  const text = Array.isArray(score) ? score.join() : String(score).replace(/^\[|\]$/g, '');
  const value = Math.fround(Number(text));
  if (text.trim() === '' || !Number.isFinite(value)) throw malformed('xgboost', `\`base_score\` is \`${text}\``);
  if (!logOdds) return value;
  if (!(value > 0 && value < 1)) throw malformed('xgboost', `\`base_score\` is ${value}; expected a probability`);
  return Math.fround(-Math.log(1 / value - 1));
}

function nodesOf(one: XgboostTree, treeIndex: number): (index: number) => ForeignNode {
  const sets = new Map<number, Uint32Array>();
  (one.categories_nodes ?? []).forEach((node, i) => {
    const start = one.categories_segments?.[i] ?? 0;
    const codes = (one.categories ?? []).slice(start, start + (one.categories_sizes?.[i] ?? 0));
    const words = new Uint32Array(Math.floor(Math.max(0, ...codes) / 32) + 1);
    for (const code of codes) words[code >>> 5]! |= 1 << (code & 31);
    sets.set(node, words);
  });
  return (index) => {
    const [left, right] = [one.left_children[index], one.right_children[index]];
    const [condition, cover] = [one.split_conditions[index], one.sum_hessian[index]];
    if (left === undefined || right === undefined || condition === undefined || cover === undefined)
      throw malformed('xgboost', `tree ${treeIndex} has no node ${index}`);
    if (left < 0) {
      if (condition === null)
        throw malformed('xgboost', `tree ${treeIndex}, node ${index}: leaf value is not a number`);
      return { feature: -1, value: Math.fround(condition), flags: 0, cover, left: 0, right: 0 };
    }
    const feature = one.split_indices[index]!;
    const missingLeft = one.default_left[index] === 1;
    if (one.split_type?.[index] === 1) {
      const set = sets.get(index);
      if (!set) throw malformed('xgboost', `tree ${treeIndex}, node ${index}: no categories`);
      // The library sends listed categories right; here a set goes left, so the children change places.
      const flags = CATEGORY_SPLIT | MISSING_NAN | (missingLeft ? 0 : MISSING_LEFT);
      return { feature, value: 0, flags, cover, left: right, right: left, set };
    }
    if (condition === null) throw malformed('xgboost', `tree ${treeIndex}, node ${index}: threshold is not a number`);
    const flags = MISSING_NAN | (missingLeft ? MISSING_LEFT : 0);
    return { feature, value: float32Below(Math.fround(condition)), flags, cover, left, right };
  };
}
