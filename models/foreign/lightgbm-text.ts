import { CATEGORY_SPLIT, MISSING_LEFT, MISSING_MASK } from '#models/tree-ensemble.ts';
import { type ForeignModel, type ForeignNode, ForeignTrees, malformed, unsupported } from './foreign-model.ts';

type Fields = ReadonlyMap<string, string>;

/** `key=value` lines; a line without `=` is a flag with an empty value. */
function fieldsOf(block: string): Fields {
  return new Map(
    block.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      if (line.trim() === '') return [];
      return [at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}

/**
 * Reads a model saved by LightGBM as text. Everything is compared and added as double; `x <= threshold` goes left, a
 * listed category goes left, and what is missing is each node's own rule.
 */
export function importLightgbmText(text: string): ForeignModel {
  const lines = text.replaceAll('\r\n', '\n');
  if (!lines.startsWith('tree\n')) throw malformed('lightgbm', 'the file does not start with the line `tree`');
  const end = lines.indexOf('\nend of trees');
  if (end < 0) throw malformed('lightgbm', 'the file ends before `end of trees`');
  const [head, ...blocks] = lines.slice(0, end).split(/\n(?=Tree=)/);
  const header = fieldsOf(head!);
  const rest = lines.slice(end);
  const link = linkOf(header, rest, blocks.length);
  const sizes = numbers(header, 'tree_sizes', undefined);
  if (sizes.length !== blocks.length)
    throw malformed('lightgbm', `${blocks.length} trees; the header speaks of ${sizes.length}`);
  const flat = new ForeignTrees();
  blocks.forEach((block, index) => {
    addTree(flat, fieldsOf(block), index);
  });
  const featureNames = (header.get('feature_names') ?? '').split(' ').filter((name) => name !== '');
  const columns = Number(header.get('max_feature_idx')) + 1;
  if (featureNames.length !== columns)
    throw malformed('lightgbm', `${featureNames.length} feature names; \`max_feature_idx\` says ${columns}`);
  return {
    library: 'lightgbm',
    featureNames,
    categories: categoriesOf(header, featureNames, rest),
    trees: flat.build(columns, 0, 'zeroFlushed'),
    link,
  };
}

function linkOf(header: Fields, parameters: string, trees: number): ForeignModel['link'] {
  if (/^\[boosting: dart\]$/m.test(parameters)) throw unsupported('lightgbm', 'boosting dart', 'boosting gbdt or rf');
  if (header.get('num_class') !== '1')
    throw unsupported('lightgbm', `num_class ${header.get('num_class')}`, 'one output');
  if (header.get('num_tree_per_iteration') !== '1')
    throw unsupported('lightgbm', `num_tree_per_iteration ${header.get('num_tree_per_iteration')}`, 'one output');
  const objective = header.get('objective') ?? '';
  const [kind, ...options] = objective.split(' ');
  // A random forest's margin is the sum over its trees, its output their mean.
  const share = header.has('average_output') ? 1 / trees : 1;
  if (kind === 'binary') {
    const sigmoid = Number(options.find((option) => option.startsWith('sigmoid:'))?.slice(8) ?? 1);
    if (!(sigmoid > 0)) throw malformed('lightgbm', `objective \`${objective}\``);
    return { kind: 'sigmoid', slope: sigmoid * share };
  }
  if (kind === 'cross_entropy') return { kind: 'sigmoid', slope: share };
  if (['regression', 'regression_l1', 'huber', 'quantile', 'mape'].includes(kind!) && !options.includes('sqrt'))
    return { kind: 'identity', scale: share };
  throw unsupported('lightgbm', `objective ${objective}`, 'binary, cross_entropy or regression');
}

/** A field's numbers; `wanted` is how many there must be. */
function numbers(fields: Fields, name: string, wanted: number | undefined): number[] {
  const text = fields.get(name) ?? '';
  const values = text === '' ? [] : text.split(' ').map(numberOf);
  if (wanted !== undefined && values.length !== wanted)
    throw malformed(
      'lightgbm',
      `tree ${fields.get('Tree')}: \`${name}\` has ${values.length} values; expected ${wanted}`,
    );
  const wrong = values.findIndex(Number.isNaN);
  if (wrong >= 0)
    throw malformed('lightgbm', `tree ${fields.get('Tree')}: \`${name}\`, value ${wrong + 1} is no number`);
  return values;
}

/** The library writes `inf` where everything known goes one way; infinite inputs count as the largest number here. */
function numberOf(text: string): number {
  if (text === 'inf') return Number.MAX_VALUE;
  return text === '-inf' ? -Number.MAX_VALUE : Number(text);
}

function addTree(flat: ForeignTrees, fields: Fields, tree: number): void {
  if (fields.get('is_linear') === '1') throw unsupported('lightgbm', 'linear_tree', 'constant leaves');
  const leaves = Number(fields.get('num_leaves'));
  if (!(leaves >= 1)) throw malformed('lightgbm', `tree ${tree}: \`num_leaves\` is \`${fields.get('num_leaves')}\``);
  const leafValue = numbers(fields, 'leaf_value', leaves);
  if (leaves === 1) {
    flat.add(0, () => ({ feature: -1, value: leafValue[0]!, flags: 0, cover: 1, left: 0, right: 0 }), 1);
    return;
  }
  const inner = (name: string) => numbers(fields, name, leaves - 1);
  const [feature, threshold, type] = [inner('split_feature'), inner('threshold'), inner('decision_type')];
  const [left, right, count] = [inner('left_child'), inner('right_child'), inner('internal_count')];
  const leafCount = numbers(fields, 'leaf_count', leaves);
  const boundaries = numbers(fields, 'cat_boundaries', undefined);
  const words = numbers(fields, 'cat_threshold', undefined);
  // Inner nodes are numbered from 0, leaves from -1 down.
  const nodeAt = (index: number): ForeignNode => {
    if (index >= leaves - 1 || index < -leaves || Number.isNaN(index))
      throw malformed('lightgbm', `tree ${tree} has no node ${index}`);
    if (index < 0)
      return { feature: -1, value: leafValue[~index]!, flags: 0, cover: leafCount[~index]!, left: 0, right: 0 };
    const decision = type[index]!;
    const common = { feature: feature[index]!, cover: count[index]!, left: left[index]!, right: right[index]! };
    if ((decision & 1) === 0) {
      const flags = (decision & MISSING_MASK) | ((decision & 2) !== 0 ? MISSING_LEFT : 0);
      return { ...common, value: threshold[index]!, flags };
    }
    const [from, to] = [boundaries[threshold[index]!], boundaries[threshold[index]! + 1]];
    if (from === undefined || to === undefined || to > words.length)
      throw malformed('lightgbm', `tree ${tree}, node ${index}: no category set ${threshold[index]}`);
    // A missing category is in no set, so it goes right.
    return { ...common, value: 0, flags: CATEGORY_SPLIT | (decision & MISSING_MASK), set: words.slice(from, to) };
  };
  flat.add(0, nodeAt, leaves);
}

/** Texts of the category features, from the list pandas left at the end of the file. */
function categoriesOf(header: Fields, names: readonly string[], rest: string): Record<string, readonly string[]> {
  const found = /^pandas_categorical:(.*)$/m.exec(rest)?.[1];
  if (!found || found === 'null' || found === '[]') return {};
  let lists: unknown;
  try {
    lists = JSON.parse(found);
  } catch (cause) {
    throw malformed('lightgbm', '`pandas_categorical` is not JSON', cause);
  }
  // A category feature's range is a list of codes, a number's an interval in brackets.
  const infos = (header.get('feature_infos') ?? '').split(' ');
  const categorical = names.filter((_, index) => /^-?\d+(:-?\d+)*$/.test(infos[index] ?? ''));
  if (!Array.isArray(lists) || lists.length !== categorical.length)
    throw malformed(
      'lightgbm',
      `\`pandas_categorical\` has ${Array.isArray(lists) ? lists.length : 'no'} lists; expected ${categorical.length}`,
    );
  return Object.fromEntries(categorical.map((name, index) => [name, (lists[index] as unknown[]).map(String)]));
}
