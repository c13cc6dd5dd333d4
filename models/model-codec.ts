import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import { TASKS } from '#domain/risk.ts';
import type { ModelFile } from '#models/model-file.ts';
import { FAMILIES } from '#models/risk-model.ts';
import { stableJson } from '#models/stable-json.ts';
import { INPUT_RULES } from '#models/tree-ensemble.ts';

/** Typed arrays are written as base64 of their little-endian bytes: exact, short, and quick to read. */
const ARRAYS = {
  $f64: Float64Array,
  $f32: Float32Array,
  $i32: Int32Array,
  $u32: Uint32Array,
  $u8: Uint8Array,
} as const;
type ArrayTag = keyof typeof ARRAYS;
const TAGS = Object.keys(ARRAYS) as ArrayTag[];

export function encodeModel(file: ModelFile): string {
  const plain = (value: unknown): unknown => {
    const tag = TAGS.find((name) => value instanceof ARRAYS[name]);
    if (tag) {
      const { buffer, byteOffset, byteLength } = value as Float64Array;
      return { [tag]: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
    return value;
  };
  return `${stableJson(plain(file))}\n`;
}

function array<T extends ArrayTag>(tag: T) {
  return z.strictObject({ [tag]: z.base64() } as Record<T, z.ZodBase64>).transform((value, context) => {
    const bytes = Uint8Array.from(Buffer.from((value as Record<string, string>)[tag]!, 'base64'));
    const kind = ARRAYS[tag];
    if (bytes.length % kind.BYTES_PER_ELEMENT !== 0) {
      context.addIssue({ code: 'custom', message: `${bytes.length} bytes are no whole number of elements` });
      return z.NEVER;
    }
    return new kind(bytes.buffer) as InstanceType<(typeof ARRAYS)[T]>;
  });
}

const trees = z.strictObject({
  columns: z.int(),
  base: z.number(),
  inputs: z.enum(INPUT_RULES),
  roots: array('$i32'),
  feature: array('$i32'),
  left: array('$i32'),
  right: array('$i32'),
  value: array('$f64'),
  flags: array('$u8'),
  cover: array('$f64'),
  sets: array('$u32'),
});

const term = z.strictObject({
  feature: z.int().nonnegative(),
  kind: z.enum(['number', 'missing', 'category']),
  code: z.int().exactOptional(),
  compressed: z.boolean().exactOptional(),
  mean: z.number(),
  scale: z.number().positive(),
  weight: z.number(),
});

const promise = { promiseFeature: z.string(), usualPromiseDays: z.number().positive() };

const body = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trees'),
    link: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sigmoid'), slope: z.number().positive() }),
      z.strictObject({ kind: z.literal('odds'), factor: z.number().positive() }),
    ]),
    trees,
  }),
  z.strictObject({
    kind: z.literal('transitTrees'),
    location: trees,
    spread: trees,
    residuals: array('$f64'),
    ...promise,
  }),
  z.strictObject({
    kind: z.literal('stackedTrees'),
    location: trees,
    final: trees,
    residuals: array('$f64'),
    ...promise,
  }),
  z.strictObject({ kind: z.literal('linear'), intercept: z.number(), terms: z.array(term) }),
  z.strictObject({
    kind: z.literal('network'),
    edges: array('$f64'),
    inputs: z.array(term),
    layers: z.array(
      z.strictObject({
        inputs: z.int().positive(),
        outputs: z.int().positive(),
        weights: array('$f32'),
        biases: array('$f32'),
        activation: z.enum(['relu', 'none']),
      }),
    ),
    groups: z.array(z.strictObject({ name: z.string(), features: z.array(z.int().nonnegative()) })).max(10),
    background: array('$f64'),
    ...promise,
  }),
]);

const levelSpread = z.number().min(0).exactOptional();
const calibration = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('none'), levelSpread }),
  z.strictObject({ method: z.literal('platt'), slope: z.number(), intercept: z.number(), levelSpread }),
  z.strictObject({ method: z.literal('beta'), a: z.number(), b: z.number(), c: z.number(), levelSpread }),
  z
    .strictObject({ method: z.literal('isotonic'), x: z.array(z.number()).min(1), y: z.array(z.number()), levelSpread })
    .refine(
      ({ x, y }) => x.length === y.length && x.every((at, i) => i === 0 || at > x[i - 1]!),
      'x rises, y is as long',
    ),
]);

const feature = z.strictObject({
  name: z.string(),
  type: z.enum(['number', 'category']),
  unit: z.string(),
  description: z.string(),
  categories: z.array(z.string()).exactOptional(),
  monotone: z.literal([-1, 0, 1]).exactOptional(),
  owner: z.string().exactOptional(),
});

const modelFile = z.strictObject({
  v: z.literal(1),
  task: z.enum(TASKS),
  family: z.enum(FAMILIES),
  marginUnit: z.enum(['logOdds', 'probability', 'logDays']),
  featureSet: z.strictObject({ featureSetId: z.string(), task: z.enum(TASKS), features: z.array(feature).min(1) }),
  seed: z.number(),
  body,
  calibration,
});

/** Reads what `encodeModel` wrote. Throws `invalid-artifact` naming what does not fit. */
export function decodeModel(text: string): ModelFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new DomainError('invalid-artifact', 'the model file is not JSON', {}, cause);
  }
  const result = modelFile.safeParse(parsed);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new DomainError('invalid-artifact', `model file, \`${path.join('.')}\`: ${message.toLowerCase()}`, {
    path: path.join('.'),
  });
}
