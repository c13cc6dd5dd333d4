import { DomainError } from '#domain/problems.ts';
import type { FeatureSet } from '#domain/risk.ts';
import type { SigmoidLink, TreesBody } from '#models/model-file.ts';
import { checkEnsemble, type TreeEnsemble } from '#models/tree-ensemble.ts';

/** A regression's prediction: its margin times `scale`. */
export interface IdentityLink {
  readonly kind: 'identity';
  readonly scale: number;
}

/** A model trained with another library, as flat trees over that model's own features. */
export interface ForeignModel {
  readonly library: 'xgboost' | 'lightgbm';
  readonly featureNames: readonly string[];
  /** Texts of a category feature's codes, where the file has them; a text not listed is missing. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  readonly trees: TreeEnsemble;
  readonly link: SigmoidLink | IdentityLink;
}

/** Refuses a kind of model that flat trees cannot represent, by its name. */
export function unsupported(library: string, kind: string, expected: string): DomainError {
  return new DomainError('unsupported-model', `${library} model: \`${kind}\`; expected ${expected}`, { library, kind });
}

/** Refuses a file that is broken or not what it claims to be. */
export function malformed(library: string, message: string, cause?: unknown): DomainError {
  return new DomainError('invalid-data', `${library} model: ${message}`, { library }, cause);
}

/** One node of a foreign tree; children are found by the library's own numbers. */
export interface ForeignNode {
  /** -1 at a leaf. */
  readonly feature: number;
  /** Threshold or leaf value; unused at a category split. */
  readonly value: number;
  readonly flags: number;
  readonly cover: number;
  readonly left: number;
  readonly right: number;
  /** Words of the category set that goes left. */
  readonly set?: ArrayLike<number>;
}

/** Lays trees out parent first, from each root, whatever order and gaps the library's numbering has. */
export class ForeignTrees {
  private readonly roots: number[] = [];
  private readonly nodes: (ForeignNode & { left: number; right: number })[] = [];
  private readonly sets: number[] = [];

  add(root: number, nodeAt: (index: number) => ForeignNode, most: number): void {
    this.roots.push(this.nodes.length);
    const place = (index: number, depth: number): number => {
      if (depth > most) throw new DomainError('invalid-data', `tree ${this.roots.length - 1} runs in a circle`);
      const node = { ...nodeAt(index) };
      const placed = this.nodes.length;
      this.nodes.push(node);
      if (node.feature < 0) return placed;
      if (node.set) {
        (node as { value: number }).value = this.sets.length;
        this.sets.push(node.set.length, ...Array.from(node.set));
      }
      node.left = place(node.left, depth + 1);
      node.right = place(node.right, depth + 1);
      return placed;
    };
    place(root, 0);
  }

  build(columns: number, base: number, inputs: TreeEnsemble['inputs']): TreeEnsemble {
    const { nodes } = this;
    const trees: TreeEnsemble = {
      columns,
      base,
      inputs,
      roots: Int32Array.from(this.roots),
      feature: Int32Array.from(nodes, ({ feature }) => feature),
      left: Int32Array.from(nodes, ({ left, feature }) => (feature < 0 ? 0 : left)),
      right: Int32Array.from(nodes, ({ right, feature }) => (feature < 0 ? 0 : right)),
      value: Float64Array.from(nodes, ({ value }) => value),
      flags: Uint8Array.from(nodes, ({ flags }) => flags),
      cover: Float64Array.from(nodes, ({ cover }) => cover),
      sets: Uint32Array.from(this.sets),
    };
    checkEnsemble(trees);
    return trees;
  }
}

/**
 * The model on a feature set that has every feature it reads, by name; the set may have more. Category codes are the
 * set's, so a set with other texts than the file's is refused.
 */
export function foreignBody(model: ForeignModel, { featureSetId, features }: FeatureSet): TreesBody {
  if (model.link.kind !== 'sigmoid')
    throw unsupported(model.library, 'regression', 'a binary classifier, whose probability is a risk');
  const columnOf = model.featureNames.map((name, index) => {
    const column = features.findIndex((feature) => feature.name === name);
    const read = model.trees.feature.includes(index);
    if (column < 0 && read)
      throw new DomainError(
        'invalid-data',
        `the model reads \`${name}\`, which feature set \`${featureSetId}\` has not`,
        {
          feature: name,
          featureSetId,
        },
      );
    const texts = model.categories[name];
    const own = features[column]?.categories ?? [];
    if (read && texts && (texts.length !== own.length || texts.some((text, code) => own[code] !== text)))
      throw new DomainError('invalid-data', `feature \`${name}\` has other categories in the file than in the set`, {
        feature: name,
        found: texts,
        expected: own,
      });
    return column;
  });
  const feature = model.trees.feature.map((index) => (index < 0 ? -1 : columnOf[index]!));
  return { kind: 'trees', link: model.link, trees: { ...model.trees, columns: features.length, feature } };
}
