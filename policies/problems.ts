import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { DomainError } from '#domain/problems.ts';

/** A mistake in a policy file: where it is and what to do about it. */
export interface PolicyProblem {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

function problemText({ file, line, path, problem, remedy }: PolicyProblem): string {
  return `${file}:${line}: ${path ? `${path}: ` : ''}${problem}; ${remedy}`;
}

export function invalidPolicy(problems: readonly PolicyProblem[]): DomainError {
  return new DomainError('invalid-policy', problems.map(problemText).join('\n'), { problems });
}

export type Path = readonly (string | number)[];

/** A YAML text with the line of each of its values. */
export interface PositionedYaml {
  readonly value: unknown;
  readonly lineOf: (path: Path) => number;
  readonly problems: readonly PolicyProblem[];
}

export function readYaml(file: string, text: string): PositionedYaml {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line);
  const lineOf = (path: Path): number => {
    // The key, the list item, or the nearest thing around it that stands in the file.
    for (let length = path.length; length > 0; length--) {
      const last = path[length - 1];
      const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
      const found: unknown = pair ? pair.key : isMap(parent) ? undefined : document.getIn(path.slice(0, length), true);
      if (isNode(found) && found.range) return lineAt(found.range[0]);
    }
    return 1;
  };
  const problems = document.errors.map((error) => ({
    file,
    line: lineAt(error.pos[0]),
    path: '',
    problem: `the file is not YAML: ${error.message.split('\n')[0]!.replace(/ at line.*$/, '')}`,
    remedy: 'correct the indentation, quotes or doubled key on this line',
  }));
  return { value: problems.length > 0 ? null : document.toJS(), lineOf, problems };
}
