import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkEvidence, type EvidenceReport } from '#audit/check-evidence.ts';
import { type ChangedLeaf, firstChangedLeaf } from '#audit/compare-export.ts';
import { findLogFolders, folderSources } from '#audit/folder-source.ts';
import { loadLogKeys } from '#audit/keys.ts';
import { createVerifier, type Verifier } from '#audit/note.ts';
import { storeSources } from '#audit/store-source.ts';
import { type LogReport, type LogSource, verifyLog } from '#audit/verify.ts';
import { DomainError } from '#domain/problems.ts';
import { dataFiles, shipped } from '#src/config.ts';
import { type Difference, firstDifference } from '#src/replay.ts';
import { openStore } from '#store/open.ts';
import { readVerifierKeys } from './audit-verifier-keys.ts';
import { type Command, EXIT } from './command.ts';

async function readCheckpoint(value: string): Promise<string> {
  if (!/^https?:/.test(value)) return readFileSync(value, 'utf8');
  const response = await fetch(value);
  if (!response.ok)
    throw new DomainError('invalid-data', `\`${value}\` answered ${response.status}; expected a checkpoint`);
  return await response.text();
}

interface Opened {
  readonly sources: LogSource[];
  readonly close: () => void;
  /** Keys found beside what is verified: good against accidents, not against whoever can write there. */
  readonly keysBeside: () => Verifier[];
}

function open(path: string): Opened {
  if (!existsSync(path))
    throw new DomainError('invalid-data', `there is nothing at \`${path}\`; expected a database or an export`);
  const file = statSync(path).isFile() ? path : dataFiles(path).store;
  if (!existsSync(file)) {
    const beside = join(path, 'verifier-keys');
    const keysBeside = () => (existsSync(beside) ? readVerifierKeys([beside]) : []);
    return { sources: folderSources(path), close: () => {}, keysBeside };
  }
  const store = openStore({ file, migrationsFolder: shipped.migrations, readOnly: true });
  const sources = storeSources(store);
  const keyFile = dataFiles(join(file, '..')).auditKey;
  const keysBeside = () => {
    const text = process.env['FAIRLEAD_AUDIT_KEY'];
    if (!text && !existsSync(keyFile)) return [];
    const keys = loadLogKeys({ file: keyFile, text });
    return sources.flatMap(({ origin }) => keys.signersFor(origin).map((signer) => createVerifier(signer.verifierKey)));
  };
  return { sources, close: () => store.close(), keysBeside };
}

function describe({ origin, size, signedSize, checkpoints, break: found }: LogReport): string {
  const young = size - signedSize;
  const tail = young > 0 ? `, ${young} younger than the last checkpoint` : '';
  if (!found) return `ok      ${origin}: ${size} leaves, ${checkpoints} checkpoints${tail}\n`;
  const where = found.to - found.from > 1 ? `${found.from} to ${found.to - 1}` : `${found.from}`;
  return `broken  ${origin} at ${where} (${found.kind}): ${found.message}\n`;
}

function describeChange({ index, was, is }: ChangedLeaf): string {
  if (is === undefined) return `        leaf ${index} was ${was}\n        and is not there\n`;
  let difference: Difference | null;
  try {
    difference = firstDifference(JSON.parse(was), JSON.parse(is));
  } catch {
    difference = null;
  }
  if (!difference) return `        leaf ${index} was ${was}\n        and is  ${is}\n`;
  const { path, recorded, replayed } = difference;
  const show = (value: unknown) => JSON.stringify(value) ?? 'nothing';
  return `        leaf ${index} at \`${path}\`: was ${show(recorded)}, is ${show(replayed)}\n`;
}

function describeEvidence({ files, changed }: EvidenceReport): string {
  if (changed.length === 0) return `ok      evidence: ${files} files are what their names say\n`;
  return changed.map((path) => `broken  evidence \`${path}\`: its SHA-256 is not its name\n`).join('');
}

export const auditVerify: Command = {
  summary: 'recompute every leaf, root and signature of a database or an export, and the hash of exported evidence',
  usage: `fairlead audit verify <database, data folder or export> [--key <verifier key or file>]... [--since <checkpoint file or URL>]... [--against <export>] [--json]
  --key    the log's key as you received it; without it the keys beside the log are used, and it says so
  --since  a checkpoint kept elsewhere, by a witness or from an earlier export: the log must contain its tree
  --against  an earlier export: names the first leaf that is not what it was there, and the member that changed
  exit 1 at a break; the first one is printed with its position and what does not fit`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true, default: [] },
        since: { type: 'string', multiple: true, default: [] },
        against: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [path] = positionals;
    if (path === undefined) throw new DomainError('usage', auditVerify.usage);
    const since = await Promise.all(values.since.map(readCheckpoint));
    const { sources, close, keysBeside } = open(path);
    try {
      const given = readVerifierKeys(values.key);
      const verifiers = given.length ? given : keysBeside();
      if (verifiers.length === 0) throw new DomainError('usage', `no verifier key for \`${path}\`; expected --key`);
      const lost = since.filter((note) => !sources.some(({ origin }) => note.startsWith(`${origin}\n`)));
      const reports = sources.map((source) =>
        verifyLog(source, { verifiers, since: since.filter((note) => note.startsWith(`${source.origin}\n`)) }),
      );
      const evidence = checkEvidence(path);
      const good =
        lost.length === 0 && !evidence?.changed.length && reports.every((report) => report.break === undefined);
      if (values.json) {
        const logs = reports.map(({ root, ...report }) => ({ ...report, root: Buffer.from(root).toString('base64') }));
        terminal.out(
          `${JSON.stringify({ good, logs, missingLogs: lost.map((note) => note.split('\n')[0]), evidence })}\n`,
        );
      } else {
        const exports = values.against === undefined ? [] : findLogFolders(values.against);
        for (const [at, report] of reports.entries()) {
          terminal.out(describe(report));
          const exported = exports.find(({ origin }) => origin === report.origin);
          const changed = exported && report.break && firstChangedLeaf(sources[at]!, exported, report.break);
          if (changed) terminal.out(describeChange(changed));
        }
        if (evidence) terminal.out(describeEvidence(evidence));
        for (const note of lost)
          terminal.out(`broken  ${note.split('\n')[0]}: the log of this checkpoint is not here\n`);
        if (given.length === 0) terminal.err('checked under the keys that lie beside the log; name yours with --key\n');
      }
      return good ? EXIT.ok : EXIT.negative;
    } finally {
      close();
    }
  },
};
