import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import type { FeatureSet, Task } from '#domain/risk.ts';
import { type Artifact, readArtifact } from '#models/artifact.ts';
import { stableJson } from '#models/stable-json.ts';

const ALIASES = ['champion', 'challenger', 'previous'] as const;
export type Alias = (typeof ALIASES)[number];

const aliasesSchema = z.strictObject({
  champion: z.string().exactOptional(),
  challenger: z.string().exactOptional(),
  previous: z.string().exactOptional(),
});
export type Aliases = z.infer<typeof aliasesSchema>;

/** Model versions under `<root>/<task>/<version>`, and which of them each alias means. */
export class ModelRegistry {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Versions of a task, by name. */
  versions(task: Task): string[] {
    const folder = join(this.root, task);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.draft'))
      .map((entry) => entry.name)
      .sort();
  }

  aliases(task: Task): Aliases {
    const path = join(this.root, task, 'aliases.json');
    if (!existsSync(path)) return {};
    try {
      return aliasesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      throw new DomainError('invalid-artifact', `\`${path}\` is no list of aliases`, { path }, cause);
    }
  }

  /** Copies an artifact folder in under its version; the same version again changes nothing. Returns the version. */
  add(folder: string): string {
    const { model } = readArtifact(folder);
    const target = join(this.root, model.task, model.modelVersion);
    if (existsSync(target)) return readArtifact(target).model.modelVersion;
    const draft = `${target}.${process.pid}.draft`;
    mkdirSync(join(this.root, model.task), { recursive: true });
    try {
      cpSync(folder, draft, { recursive: true });
      renameSync(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return model.modelVersion;
  }

  /** Loads one version; a folder under another model's name does not load. */
  load(task: Task, modelVersion: string): Artifact {
    if (!this.versions(task).includes(modelVersion))
      throw new DomainError('not-found', `there is no ${task} model \`${modelVersion}\``, { task, modelVersion });
    const artifact = readArtifact(join(this.root, task, modelVersion));
    if (artifact.model.modelVersion !== modelVersion || artifact.model.task !== task)
      throw new DomainError('invalid-artifact', `folder \`${modelVersion}\` holds \`${artifact.model.modelVersion}\``, {
        task,
        modelVersion,
        found: artifact.model.modelVersion,
      });
    return artifact;
  }

  /** What an alias means, or undefined where it means nothing; only on a feature set in `known`, defined the same. */
  loadAlias(task: Task, alias: Alias, known: readonly FeatureSet[]): Artifact | undefined {
    const modelVersion = this.aliases(task)[alias];
    if (modelVersion === undefined) return undefined;
    const artifact = this.load(task, modelVersion);
    checkFeatureSet(artifact.model.featureSet, known);
    return artifact;
  }

  loadChampion(task: Task, known: readonly FeatureSet[]): Artifact | undefined {
    return this.loadAlias(task, 'champion', known);
  }

  /** Names the version to be compared with the champion. */
  challenge(task: Task, modelVersion: string): void {
    this.load(task, modelVersion);
    this.write(task, { ...this.aliases(task), challenger: modelVersion });
  }

  /** Makes a version the champion; the champion becomes `previous`, and a challenger of that version none. */
  promote(task: Task, modelVersion: string): Aliases {
    this.load(task, modelVersion);
    const { champion, challenger, previous } = this.aliases(task);
    if (champion === modelVersion) return this.aliases(task);
    const before = champion ?? previous;
    return this.write(task, {
      champion: modelVersion,
      ...(before !== undefined && { previous: before }),
      ...(challenger !== undefined && challenger !== modelVersion && { challenger }),
    });
  }

  /** Makes `previous` the champion again, and the champion `previous`: one alias move, undone by another. */
  rollback(task: Task): Aliases {
    const { champion, challenger, previous } = this.aliases(task);
    if (previous === undefined)
      throw new DomainError('conflict', `${task} has no previous champion to go back to`, { task });
    this.load(task, previous);
    return this.write(task, {
      champion: previous,
      ...(champion !== undefined && { previous: champion }),
      ...(challenger !== undefined && { challenger }),
    });
  }

  private write(task: Task, aliases: Aliases): Aliases {
    const path = join(this.root, task, 'aliases.json');
    writeFileSync(`${path}.draft`, `${stableJson(aliases, 2)}\n`);
    renameSync(`${path}.draft`, path);
    return aliases;
  }
}

/** Refuses a feature set that is not among the known ones, or is defined in another way there. */
function checkFeatureSet(found: FeatureSet, known: readonly FeatureSet[]): void {
  const own = known.find(({ featureSetId }) => featureSetId === found.featureSetId);
  if (!own)
    throw new DomainError('invalid-artifact', `feature set \`${found.featureSetId}\` is not known here`, {
      featureSetId: found.featureSetId,
      known: known.map(({ featureSetId }) => featureSetId),
    });
  const shape = ({ task, features }: FeatureSet) =>
    stableJson({
      task,
      features: features.map(({ name, type, unit, categories }) => ({ name, type, unit, categories })),
    });
  if (shape(own) !== shape(found))
    throw new DomainError('invalid-artifact', `feature set \`${found.featureSetId}\` is defined in another way here`, {
      featureSetId: found.featureSetId,
    });
}
