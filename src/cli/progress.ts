import type { Terminal } from './command.ts';

const WIDTH = 30;

/** A bar on a screen; in a log, one line when it is done. */
export function progressBar(terminal: Terminal, label: string, total: number): (done: number) => void {
  return (done) => {
    if (terminal.interactive) {
      const filled = Math.round((WIDTH * done) / Math.max(1, total));
      const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
      terminal.err(`\r${label} [${bar}] ${done}/${total}${done === total ? '\n' : ''}`);
    } else if (done === total) terminal.err(`${label}: ${total}\n`);
  };
}
