import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import { riskModel, versionOf } from '#models/load-model.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import type { ModelFile } from '#models/model-file.ts';
import type { RiskModel } from '#models/risk-model.ts';
import { stableJson } from '#models/stable-json.ts';

/** Who trained it, when, on what; whatever else a card says is free. */
export interface ModelCard {
  /** RFC 3339. */
  readonly trainedAt: string;
  readonly [field: string]: unknown;
}

export interface ArtifactContent {
  readonly model: ModelFile;
  readonly card: ModelCard;
  readonly metrics: unknown;
  /** Distributions of features and scores in training, for drift. */
  readonly reference: unknown;
}

export interface Artifact {
  readonly model: RiskModel;
  readonly file: ModelFile;
  readonly card: ModelCard;
  readonly metrics: unknown;
  readonly reference: unknown;
}

const FILES = ['model.json', 'card.json', 'metrics.json', 'reference.json'] as const;
const MANIFEST = 'manifest.json';

const manifestSchema = z.strictObject({
  v: z.literal(1),
  modelVersion: z.string(),
  files: z.record(z.enum(FILES), z.string().regex(/^[0-9a-f]{64}$/)),
});
const cardSchema = z.looseObject({ trainedAt: z.iso.datetime({ offset: true }) });

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The manifest's own text carries its hash in its last line, so that no byte of it can change unseen either. */
function sealed(manifest: z.infer<typeof manifestSchema>): string {
  const text = `${stableJson(manifest, 2)}\n`;
  return `${text}${sha256(text)}\n`;
}

/**
 * Writes an artifact folder and returns its version. The folder appears complete or not at all; one that exists is
 * never written to (`conflict`).
 */
export function writeArtifact(folder: string, { model, card, metrics, reference }: ArtifactContent): string {
  if (existsSync(folder))
    throw new DomainError('conflict', `\`${folder}\` exists; a version is never changed`, { folder });
  const text = {
    'model.json': encodeModel(model),
    'card.json': `${stableJson(card, 2)}\n`,
    'metrics.json': `${stableJson(metrics, 2)}\n`,
    'reference.json': `${stableJson(reference, 2)}\n`,
  };
  const modelVersion = versionOf(model, sha256(text['model.json']));
  const files = Object.fromEntries(FILES.map((name) => [name, sha256(text[name])])) as Record<
    (typeof FILES)[number],
    string
  >;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = `${folder}.${process.pid}.draft`;
  try {
    mkdirSync(draft);
    for (const name of FILES) writeFileSync(join(draft, name), text[name]);
    writeFileSync(join(draft, MANIFEST), sealed({ v: 1, modelVersion, files }));
    readArtifact(draft);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return modelVersion;
}

/** Loads a folder that `writeArtifact` wrote. Throws `invalid-artifact` when a byte of it has changed. */
export function readArtifact(folder: string): Artifact {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      throw new DomainError(
        'invalid-artifact',
        `\`${join(folder, name)}\` cannot be read`,
        { folder, file: name },
        cause,
      );
    }
  };
  const bad = (file: string, message: string): DomainError =>
    new DomainError('invalid-artifact', `\`${join(folder, file)}\`: ${message}`, { folder, file });
  const parsed = (name: string): unknown => {
    try {
      return JSON.parse(read(name).toString('utf8'));
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      throw bad(name, 'not JSON');
    }
  };
  const manifestText = read(MANIFEST).toString('utf8');
  const end = manifestText.lastIndexOf('\n', manifestText.length - 2) + 1;
  let manifest: z.infer<typeof manifestSchema>;
  try {
    manifest = manifestSchema.parse(JSON.parse(manifestText.slice(0, end)));
  } catch {
    throw bad(MANIFEST, 'not a manifest');
  }
  if (sealed(manifest) !== manifestText) throw bad(MANIFEST, 'the manifest was changed after it was written');
  for (const name of FILES) {
    const found = sha256(read(name));
    if (found !== manifest.files[name])
      throw bad(
        name,
        `SHA-256 is ${found.slice(0, 12)}...; the manifest says ${manifest.files[name]?.slice(0, 12)}...`,
      );
  }
  const bytes = read('model.json');
  const file = decodeModel(bytes.toString('utf8'));
  const card = cardSchema.safeParse(parsed('card.json'));
  if (!card.success) throw bad('card.json', 'expected `trainedAt` as an RFC 3339 time');
  const model = riskModel(file, sha256(bytes), Date.parse(card.data.trainedAt));
  if (model.modelVersion !== manifest.modelVersion)
    throw bad(MANIFEST, `names version \`${manifest.modelVersion}\`; the model is \`${model.modelVersion}\``);
  return { model, file, card: card.data, metrics: parsed('metrics.json'), reference: parsed('reference.json') };
}
