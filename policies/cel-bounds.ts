import type { ASTNode } from '@marcbachmann/cel-js';
import { parseCel } from './cel.ts';

/** What a condition asks of a field: a value between, inclusive or not. */
export interface Bounds {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

const ANY: Bounds = { low: Number.NEGATIVE_INFINITY, lowOpen: false, high: Number.POSITIVE_INFINITY, highOpen: false };

function fieldOf(node: ASTNode): string | null {
  return node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : null;
}

function numberOf(node: ASTNode): number | null {
  if (node.op === '-_') {
    const positive = numberOf(node.args);
    return positive === null ? null : -positive;
  }
  return node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint')
    ? Number(node.args)
    : null;
}

export function both(a: Bounds, b: Bounds): Bounds {
  const low = a.low === b.low ? { low: a.low, lowOpen: a.lowOpen || b.lowOpen } : a.low > b.low ? a : b;
  const high = a.high === b.high ? { high: a.high, highOpen: a.highOpen || b.highOpen } : a.high < b.high ? a : b;
  return { low: low.low, lowOpen: low.lowOpen, high: high.high, highOpen: high.highOpen };
}

export function isEmpty({ low, lowOpen, high, highOpen }: Bounds): boolean {
  return low > high || (low === high && (lowOpen || highOpen));
}

function boundOf(op: string, limit: number): Bounds | null {
  if (op === '<' || op === '<=') return { ...ANY, high: limit, highOpen: op === '<' };
  if (op === '>' || op === '>=') return { ...ANY, low: limit, lowOpen: op === '>' };
  return op === '==' ? { low: limit, lowOpen: false, high: limit, highOpen: false } : null;
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

function collect(node: ASTNode, bounds: Map<string, Bounds>): void {
  if (node.op === '&&') {
    for (const part of node.args) collect(part, bounds);
    return;
  }
  if (!Object.hasOwn(MIRRORED, node.op)) return;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const straight = fieldOf(left);
  const field = straight ?? fieldOf(right);
  const limit = numberOf(straight === null ? left : right);
  if (field === null || limit === null) return;
  const bound = boundOf(straight === null ? MIRRORED[node.op]! : node.op, limit);
  if (bound) bounds.set(field, both(bounds.get(field) ?? ANY, bound));
}

/** What a condition asks of each field, as far as it is a conjunction of comparisons with numbers. */
export function boundsOf(expression: string): ReadonlyMap<string, Bounds> {
  const bounds = new Map<string, Bounds>();
  collect(parseCel(expression), bounds);
  return bounds;
}

/** True or false where the condition reads no field at all. */
export function constantOf(expression: string): boolean | null {
  const node = parseCel(expression);
  return node.op === 'value' && typeof node.args === 'boolean' ? node.args : null;
}
