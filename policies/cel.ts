import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { DomainError } from '#domain/problems.ts';
import { CEL_CLASSES, CEL_TYPES, CEL_VARIABLES, type CelContext } from './cel-context.ts';

/** True where the plan is permitted. Throws what the evaluator throws; the guard then denies. */
export type CelProgram = (context: CelContext) => boolean;

const MAX_NODES = 200;
/** A comprehension runs over a list of the context; longer lists are not walked, the rule denies. */
const MAX_LIST = 50;
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const CALLS = new Set(['size', 'int', 'double']);
const METHODS = new Set(['size', 'startsWith', 'endsWith', 'contains']);
const CONTEXT_LISTS = new Set(
  Object.entries(CEL_VARIABLES)
    .filter(([, type]) => type.startsWith('list<'))
    .map(([name]) => name),
);

function createEnvironment(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: MAX_NODES, maxDepth: 40, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 4 },
  });
  for (const [name, fields] of Object.entries(CEL_TYPES))
    environment.registerType(name, { ctor: CEL_CLASSES[name as keyof typeof CEL_TYPES], fields });
  for (const [name, type] of Object.entries(CEL_VARIABLES)) environment.registerVariable(name, type);
  return environment;
}

const environment = createEnvironment();

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function refuse(problem: string, remedy: string): DomainError {
  return new DomainError('invalid-policy', problem, { remedy });
}

/** Bounds the work by structure: what may be called, over which lists, and no comprehension inside another. */
function assertBounded(value: unknown, inside: boolean): void {
  if (Array.isArray(value)) for (const part of value) assertBounded(part, inside);
  if (!isNode(value)) return;
  const { op, args } = value;
  if (op === 'call' && !CALLS.has(args[0]))
    throw refuse(`\`${args[0]}()\` is not available`, `use ${[...CALLS].join(', ')}`);
  if (op !== 'rcall') {
    assertBounded(args, inside);
    return;
  }
  const [name, receiver, parameters] = args;
  if (COMPREHENSIONS.has(name)) {
    const over = isNode(receiver) && receiver.op === 'id' ? receiver.args : null;
    if (over === null || !CONTEXT_LISTS.has(over))
      throw refuse(
        `\`${name}\` runs over something else than a list of the context`,
        `use it on ${[...CONTEXT_LISTS].join(' or ')}`,
      );
    if (inside) throw refuse(`\`${name}\` stands inside another comprehension`, 'split the rule in two');
    assertBounded(parameters, true);
    return;
  }
  if (name === 'matches')
    throw refuse('`matches` is a regular expression', 'compare with ==, in, startsWith or contains');
  if (!METHODS.has(name))
    throw refuse(`\`${name}()\` is not available`, `use ${[...METHODS].join(', ')}, all or exists`);
  assertBounded(receiver, inside);
  assertBounded(parameters, inside);
}

/** The syntax tree of an expression that has been compiled before. */
export function parseCel(expression: string): ASTNode {
  return environment.parse(expression).ast;
}

const programs = new Map<string, CelProgram>();
const MAX_PROGRAMS = 1000;

/** Type-checked and bounded when the policy is loaded. Throws `invalid-policy` with a `remedy` among its facts. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known) return known;
  const checked = environment.check(expression);
  if (!checked.valid) {
    const [problem] = (checked.error?.message ?? 'it cannot be read').split('\n');
    throw refuse(
      `\`${expression}\`: ${problem}`,
      'see docs/cel-context.md for the names and types that a rule can read',
    );
  }
  if (checked.type !== 'bool')
    throw refuse(
      `\`${expression}\` gives ${checked.type}, expected bool`,
      'write a condition that is true where the plan is permitted',
    );
  const parsed = environment.parse(expression);
  assertBounded(parsed.ast, false);
  const program: CelProgram = (context) => {
    if (context.shipments.length > MAX_LIST || context.lines.length > MAX_LIST)
      throw new RangeError(`a list of the context is longer than ${MAX_LIST}`);
    const result: unknown = parsed(context);
    if (typeof result !== 'boolean') throw new TypeError('the expression gave no bool');
    return result;
  };
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  programs.set(expression, program);
  return program;
}
