import { hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { DomainError } from '#domain/problems.ts';
import { createSigner, type Signer } from './note.ts';

const PREFIX = 'fairlead-audit-key-v1';

/** The signers of every log: one key for each origin, derived from the secrets; newest secret first. */
export interface LogKeys {
  /** Two while a key is being rotated: both sign each checkpoint. */
  signersFor(origin: string): readonly Signer[];
}

/** Each log has a key of its own: HKDF-SHA-256 of the secret with the origin as info. */
export function logKeysOf(secrets: readonly Uint8Array[]): LogKeys {
  const signers = new Map<string, readonly Signer[]>();
  return {
    signersFor(origin) {
      const known = signers.get(origin);
      if (known) return known;
      const made = secrets.map((secret) =>
        createSigner(origin, new Uint8Array(hkdfSync('sha256', secret, '', `fairlead audit log\n${origin}`, 32))),
      );
      signers.set(origin, made);
      return made;
    },
  };
}

function parseSecrets(text: string, where: string): Uint8Array[] {
  const lines = text.split(/[\n,]/).filter((line) => line.trim() !== '');
  return lines.map((line, at) => {
    const match = /^fairlead-audit-key-v1 ([A-Za-z0-9+/]{43}=)$/.exec(line.trim());
    if (!match)
      throw new DomainError(
        'invalid-data',
        `${where} has no audit key in line ${at + 1}; expected \`${PREFIX} <base64>\``,
      );
    return Buffer.from(match[1]!, 'base64');
  });
}

function formatSecrets(secrets: readonly Uint8Array[]): string {
  return secrets.map((secret) => `${PREFIX} ${Buffer.from(secret).toString('base64')}\n`).join('');
}

function readSecrets(file: string): Uint8Array[] {
  const mode = statSync(file).mode & 0o777;
  if (mode & 0o077)
    throw new DomainError('invalid-data', `audit key file \`${file}\` has mode ${mode.toString(8)}; expected 600`, {
      file,
    });
  const secrets = parseSecrets(readFileSync(file, 'utf8'), `\`${file}\``);
  if (secrets.length === 0) throw new DomainError('invalid-data', `audit key file \`${file}\` is empty`, { file });
  return secrets;
}

/** Replaces the file in one step, so that a crash leaves the old keys or the new ones. */
function writeSecrets(file: string, secrets: readonly Uint8Array[]): void {
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  writeSync(descriptor, formatSecrets(secrets));
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(draft, file);
}

export interface KeySource {
  readonly file: string;
  /** The text of such a file, from the environment; it wins over the file. */
  readonly text?: string | undefined;
  /** 32 bytes for a new secret. @default node:crypto */
  readonly newSecret?: () => Uint8Array;
}

/** The secrets from the environment or the file; the file is created with mode 0600 on first use. Newest first. */
export function loadSecrets({ file, text, newSecret = () => randomBytes(32) }: KeySource): readonly Uint8Array[] {
  if (text) return parseSecrets(text, 'the environment');
  if (!existsSync(file)) writeSecrets(file, [newSecret()]);
  return readSecrets(file);
}

export function loadLogKeys(source: KeySource): LogKeys {
  return logKeysOf(loadSecrets(source));
}

/** Begins a rotation: from the next start on, the new key and the old ones all sign. */
export function addLogKey({ file, newSecret = () => randomBytes(32) }: KeySource): void {
  writeSecrets(file, [newSecret(), ...readSecrets(file)]);
}

/** Ends a rotation: only the newest key signs. Returns how many were retired. */
export function retireLogKeys({ file }: KeySource): number {
  const [newest, ...old] = readSecrets(file);
  if (newest && old.length) writeSecrets(file, [newest]);
  return old.length;
}
