import { type CartNode, COLUMNS } from './forest.ts';

/** Just enough of the protocol buffer wire format to write one ONNX model. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const wholeField = (field: number, value: number) => [...varint(field << 3), ...varint(value)];
const bytesField = (field: number, bytes: readonly number[]) =>
  [varint((field << 3) | 2), varint(bytes.length), bytes].flat();
const textField = (field: number, text: string) => bytesField(field, [...Buffer.from(text, 'utf8')]);

// AttributeProto: name 1, ints 8, floats 7, strings 9, text 4, number 3, type 20.
const ATTRIBUTE = { INT: 2, STRING: 3, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

const attribute = (name: string, type: number, body: number[]) =>
  bytesField(5, [...textField(1, name), ...body, ...wholeField(20, type)]);
const ints = (name: string, values: readonly number[]) =>
  attribute(name, ATTRIBUTE.INTS, bytesField(8, values.flatMap(varint)));
const floats = (name: string, values: readonly number[]) =>
  attribute(name, ATTRIBUTE.FLOATS, bytesField(7, [...new Uint8Array(Float32Array.from(values).buffer)]));
const strings = (name: string, values: readonly string[]) =>
  attribute(
    name,
    ATTRIBUTE.STRINGS,
    values.flatMap((value) => textField(9, value)),
  );

/** A float tensor of shape [rows, columns]; `rows` is left open. */
function valueInfo(field: number, name: string, columns: number): number[] {
  const dimension = (body: number[]) => bytesField(1, body);
  const shape = [...dimension(textField(2, 'rows')), ...dimension(wholeField(1, columns))];
  const tensor = [...wholeField(1, 1), ...bytesField(2, shape)];
  return bytesField(field, [...textField(1, name), ...bytesField(2, bytesField(1, tensor))]);
}

/** The forest as an ONNX model with one TreeEnsembleRegressor: input `x`, output `y`. */
export function onnxForest(trees: readonly CartNode[]): Uint8Array {
  const column = { tree: [], id: [], feature: [], mode: [], value: [], left: [], right: [] } as {
    tree: number[];
    id: number[];
    feature: number[];
    mode: string[];
    value: number[];
    left: number[];
    right: number[];
  };
  const target = { tree: [] as number[], node: [] as number[], weight: [] as number[] };
  trees.forEach((root, tree) => {
    let next = 0;
    const place = (node: CartNode): number => {
      const id = next++;
      const leaf = node.distribution !== undefined;
      const at = column.tree.push(tree) - 1;
      column.id.push(id);
      column.feature.push(node.splitColumn ?? 0);
      column.mode.push(leaf ? 'LEAF' : 'BRANCH_LT');
      column.value.push(node.splitValue ?? 0);
      column.left.push(0);
      column.right.push(0);
      if (leaf) {
        target.tree.push(tree);
        target.node.push(id);
        target.weight.push(node.distribution! / trees.length);
        return id;
      }
      column.left[at] = place(node.left!);
      column.right[at] = place(node.right!);
      return id;
    };
    place(root);
  });
  const node = [
    ...textField(1, 'x'),
    ...textField(2, 'y'),
    ...textField(4, 'TreeEnsembleRegressor'),
    ...ints('nodes_treeids', column.tree),
    ...ints('nodes_nodeids', column.id),
    ...ints('nodes_featureids', column.feature),
    ...strings('nodes_modes', column.mode),
    ...floats('nodes_values', column.value),
    ...ints('nodes_truenodeids', column.left),
    ...ints('nodes_falsenodeids', column.right),
    ...ints('target_treeids', target.tree),
    ...ints('target_nodeids', target.node),
    ...ints(
      'target_ids',
      target.node.map(() => 0),
    ),
    ...floats('target_weights', target.weight),
    ...attribute('n_targets', ATTRIBUTE.INT, wholeField(3, 1)),
    ...textField(7, 'ai.onnx.ml'),
  ];
  const graph = [
    ...bytesField(1, node),
    ...textField(2, 'forest'),
    ...valueInfo(11, 'x', COLUMNS),
    ...valueInfo(12, 'y', 1),
  ];
  const operators = [
    bytesField(8, wholeField(2, 13)),
    bytesField(8, [...textField(1, 'ai.onnx.ml'), ...wholeField(2, 1)]),
  ];
  return Uint8Array.from([...wholeField(1, 8), ...bytesField(7, graph), ...operators.flat()]);
}
