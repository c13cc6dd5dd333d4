import { z } from 'zod';
import type { PolicyText } from './policy.ts';
import { invalidPolicy, type Path, type PolicyProblem, readYaml } from './problems.ts';
import { type PolicySource, policySource } from './source.ts';

/** A policy file that fits its schema. `problemAt` places a further problem on a line of the file. */
export interface ReadPolicy {
  readonly file: string;
  readonly source: PolicySource;
  readonly problemAt: (path: Path, problem: string, remedy: string) => PolicyProblem;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `\`${value}\`` : `\`${JSON.stringify(value) ?? 'nothing'}\``;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
  return found;
}

/** The listed word nearest to the one found, for a remedy. */
function nearest(word: string, list: readonly string[]): string | null {
  const distance = (other: string): number => {
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (const [i, letter] of [...word].entries()) {
      const next = [i + 1];
      for (let j = 0; j < other.length; j++)
        next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (other[j] === letter ? 0 : 1)));
      row = next;
    }
    return row.at(-1)!;
  };
  const best = list.map((name) => ({ name, far: distance(name) })).sort((a, b) => a.far - b.far)[0];
  return best && best.far <= Math.max(2, word.length / 3) ? best.name : null;
}

interface KeysOf {
  readonly properties?: Readonly<Record<string, KeysOf>>;
  readonly additionalProperties?: KeysOf | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly items?: KeysOf;
  readonly anyOf?: readonly KeysOf[];
  readonly oneOf?: readonly KeysOf[];
}

/** The keys that the schema has at a place, of every kind of policy file. */
function keysAt(schema: KeysOf, [step, ...rest]: Path): string[] {
  const { properties, additionalProperties, propertyNames, items, anyOf = [], oneOf = [] } = schema;
  const inside =
    step === undefined
      ? [...Object.keys(properties ?? {}), ...(propertyNames?.enum ?? [])]
      : [
          properties?.[step],
          typeof additionalProperties === 'object' ? additionalProperties : undefined,
          items,
        ].flatMap((next) => (next ? keysAt(next, rest) : []));
  const path = step === undefined ? [] : [step, ...rest];
  return [...inside, ...[...anyOf, ...oneOf].flatMap((option) => keysAt(option, path))];
}

let described: KeysOf | undefined;

function keyRemedy(key: string, path: Path): string {
  described ??= z.toJSONSchema(policySource, { io: 'input', unrepresentable: 'any' }) as KeysOf;
  const near = nearest(key, keysAt(described, path));
  return near
    ? `did you mean \`${near}\`?`
    : 'remove it, or see policies/policy.schema.json for the keys of this place';
}

/** What the schema says of one issue: the problem and a remedy, in the words of the file. */
function explain(issue: z.core.$ZodIssue, found: unknown): { path: Path; problem: string; remedy: string }[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: `key \`${key}\` is not known here`,
      remedy: keyRemedy(key, path),
    }));
  if (issue.code === 'invalid_union')
    return [
      {
        path: [...path, 'level'],
        problem: `${shown(valueAt(found, ['level']))} is no level`,
        remedy: 'write `level: company`, `region` or `customer`',
      },
    ];
  const value = valueAt(found, path);
  if (value === undefined) {
    return [
      {
        path,
        problem: `\`${String(path.at(-1))}\` is missing`,
        remedy: `add \`${String(path.at(-1))}\` (${issue.message})`,
      },
    ];
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const near = typeof value === 'string' ? nearest(value, allowed) : null;
    const remedy = near ? `did you mean \`${near}\`?` : `write one of ${allowed.join(', ')}`;
    return [{ path, problem: `${shown(value)} is not one of the values allowed`, remedy }];
  }
  if (issue.code === 'invalid_format' && issue.format === 'regex')
    return [
      {
        path,
        problem: `${shown(value)} is not written as expected`,
        remedy: `it must match ${issue.pattern ?? 'the schema'}`,
      },
    ];
  return [{ path, problem: `${shown(value)} does not fit`, remedy: issue.message.toLowerCase() }];
}

/** Reads one file; throws `invalid-policy` with every problem of it, each with its line. */
export function readPolicy({ file, text }: PolicyText): ReadPolicy {
  const yaml = readYaml(file, text);
  const problemAt = (path: Path, problem: string, remedy: string): PolicyProblem => ({
    file,
    line: yaml.lineOf(path),
    path: path.join('.'),
    problem,
    remedy,
  });
  if (yaml.problems.length > 0) throw invalidPolicy(yaml.problems);
  const parsed = policySource.safeParse(yaml.value);
  if (parsed.success) return { file, source: parsed.data, problemAt };
  throw invalidPolicy(
    parsed.error.issues.flatMap((issue) =>
      explain(issue, yaml.value).map(({ path, problem, remedy }) => problemAt(path, problem, remedy)),
    ),
  );
}
