/** Where a command writes; injected so that tests read what a person would. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when people look at it: progress bars and colours only then. */
  readonly interactive: boolean;
  /** Columns, where people read what goes out. */
  readonly columns?: number | undefined;
}

/** Exit codes that mean something to a script. */
export const EXIT = {
  ok: 0,
  /** The command ran and the answer is no: a log that does not verify, a gate that refuses, a policy that fails. */
  negative: 1,
  /** The command line or an input file is wrong; nothing was written. */
  usage: 2,
  /** The service or a file could not be reached. */
  unavailable: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Command {
  /** One line for `fairlead help`. */
  readonly summary: string;
  /** Shown by `fairlead <name> --help`. */
  readonly usage: string;
  /** It has subcommands, each with a `--help` of its own. @default false */
  readonly group?: boolean;
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}
