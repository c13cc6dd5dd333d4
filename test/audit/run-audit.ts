import { main } from '#src/cli/main.ts';

/** Runs `fairlead audit ...` in this process, with what a person would read. */
export async function runAudit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await main(['audit', ...args], { ...terminal, interactive: false });
  return { code, out: out.join(''), err: err.join('') };
}
