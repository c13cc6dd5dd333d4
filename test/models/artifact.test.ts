import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DomainError } from '#domain/problems.ts';
import { readArtifact, writeArtifact } from '#models/artifact.ts';
import { decodeModel, encodeModel } from '#models/model-codec.ts';
import type { ModelFile } from '#models/model-file.ts';
import { ModelRegistry } from '#models/registry.ts';
import { randomFrom } from '#training/random.ts';
import { boostedTrainer } from '#training/trainers/boosted.ts';
import { sampleData, sampleSet } from '../trainers/samples.ts';

const work = mkdtempSync(join(tmpdir(), 'artifact-'));
afterAll(() => rmSync(work, { recursive: true }));

const data = sampleData(2000, 1);
const card = { trainedAt: '2026-03-01T00:00:00Z', trainedBy: 'a test' };

async function fileOf(seed: number): Promise<ModelFile> {
  const { body, marginUnit } = await boostedTrainer({ rounds: 8, rowShare: 0.8 }).fit(data, { seed });
  const common = { v: 1, task: 'stockout', family: 'boosted', featureSet: sampleSet } as const;
  return { ...common, seed, marginUnit, body, calibration: { method: 'beta', a: 1, b: 0.9, c: 0.1 } };
}

const content = async (seed: number) => ({ model: await fileOf(seed), card, metrics: { auc: 0.8 }, reference: {} });

describe('artifact', () => {
  it('gives back what was written: the same file, predictions and attributions', async () => {
    const folder = join(work, 'a');
    const written = await content(1);
    const version = writeArtifact(folder, written);
    const artifact = readArtifact(folder);
    expect(artifact.file).toEqual(written.model);
    expect(artifact.model.modelVersion).toBe(version);
    expect(artifact.model.trainedAt).toBe(Date.parse(card.trainedAt));
    expect(artifact.metrics).toEqual({ auc: 0.8 });
    expect(encodeModel(decodeModel(encodeModel(written.model)))).toBe(encodeModel(written.model));
  });

  it('does not load after any one byte of any file has changed', async () => {
    const folder = join(work, 'b');
    writeArtifact(folder, await content(2));
    const random = randomFrom(4);
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      const places =
        bytes.length < 1500 ? [...bytes.keys()] : Array.from({ length: 60 }, () => random.below(bytes.length));
      for (const place of places) {
        const changed = Buffer.from(bytes);
        changed[place]! ^= 1 << random.below(8);
        writeFileSync(join(folder, name), changed);
        expect(() => readArtifact(folder), `${name}, byte ${place}`).toThrow(
          expect.objectContaining({ code: 'invalid-artifact' }),
        );
      }
      writeFileSync(join(folder, name), bytes.subarray(0, bytes.length - 1));
      expect(() => readArtifact(folder)).toThrow(DomainError);
      writeFileSync(join(folder, name), bytes);
    }
    expect(() => readArtifact(folder)).not.toThrow();
  });

  it('never writes to a folder that exists, and leaves nothing behind when it fails', async () => {
    const folder = join(work, 'c');
    const good = await content(3);
    const broken = { ...good, model: { ...good.model, featureSet: { ...sampleSet, task: 'delay' as const } } };
    expect(() => writeArtifact(folder, broken)).toThrow(DomainError);
    expect(readdirSync(work).filter((name) => name.startsWith('c'))).toEqual([]);
    writeArtifact(folder, good);
    expect(() => writeArtifact(folder, good)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});

describe('registry', () => {
  it('promotes, keeps the previous champion, and rolls back by one alias move', async () => {
    const registry = new ModelRegistry(join(work, 'registry'));
    const versions: string[] = [];
    for (const seed of [11, 12, 13]) {
      const folder = join(work, `v${seed}`);
      writeArtifact(folder, await content(seed));
      versions.push(registry.add(folder));
      expect(registry.add(folder)).toBe(versions.at(-1));
    }
    const [first, second, third] = versions as [string, string, string];
    expect(registry.versions('stockout')).toEqual([...versions].sort());
    expect(registry.loadChampion('stockout', [sampleSet])).toBeUndefined();
    expect(registry.promote('stockout', first)).toEqual({ champion: first });
    registry.challenge('stockout', second);
    expect(registry.promote('stockout', second)).toEqual({ champion: second, previous: first });
    registry.challenge('stockout', third);
    expect(registry.rollback('stockout')).toEqual({ champion: first, previous: second, challenger: third });
    expect(registry.rollback('stockout').champion).toBe(second);
    expect(registry.loadChampion('stockout', [sampleSet])?.model.modelVersion).toBe(second);
    expect(() => registry.promote('stockout', 'stockout-boosted-000000000000')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(() => registry.promote('stockout', '../stockout')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('loads only feature sets it is given, defined the same', async () => {
    const registry = new ModelRegistry(join(work, 'sets'));
    const folder = join(work, 'set-model');
    writeArtifact(folder, await content(21));
    registry.promote('stockout', registry.add(folder));
    const refused = expect.objectContaining({ code: 'invalid-artifact' });
    expect(() => registry.loadChampion('stockout', [])).toThrow(refused);
    const reordered = { ...sampleSet, features: sampleSet.features.toReversed() };
    expect(() => registry.loadChampion('stockout', [reordered])).toThrow(refused);
    const reworded = { ...sampleSet, features: sampleSet.features.map((f) => ({ ...f, description: 'said better' })) };
    expect(registry.loadChampion('stockout', [reworded])).toBeDefined();
  });

  it('does not load a version under another name', async () => {
    const registry = new ModelRegistry(join(work, 'renamed'));
    const folder = join(work, 'to-rename');
    writeArtifact(folder, await content(22));
    const version = registry.add(folder);
    const other = 'stockout-boosted-aaaaaaaaaaaa';
    cpSync(join(work, 'renamed', 'stockout', version), join(work, 'renamed', 'stockout', other), { recursive: true });
    expect(() => registry.load('stockout', other)).toThrow(expect.objectContaining({ code: 'invalid-artifact' }));
  });

  it('has no previous champion at first', () => {
    const registry = new ModelRegistry(join(work, 'empty'));
    expect(() => registry.rollback('delay')).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
