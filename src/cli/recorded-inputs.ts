import { exportedInputs } from '#audit/export-evidence.ts';
import type { ReplayInputs } from '#audit/replay-inputs.ts';

/** What was recorded, in a data folder or in an export of it. */
export async function openRecorded(
  data: string,
  exported: string | undefined,
): Promise<{ inputs: ReplayInputs; close: () => void }> {
  if (exported !== undefined) return { inputs: exportedInputs(exported), close: () => {} };
  // Only here is a native module loaded: a replay of an export runs on any Node.
  const { openAuditData } = await import('./audit-data.ts');
  const { storedInputs } = await import('./audit-replay-store.ts');
  const { store, log } = openAuditData(data);
  return { inputs: storedInputs(store, log), close: () => store.close() };
}
