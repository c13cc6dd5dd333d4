import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DomainError } from '#domain/problems.ts';

/** The folder of the package, from the source as well as from `dist/`. */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export const packageRoot = findPackageRoot();
export const packageVersion: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;

/** Files that ship with the package. */
export const shipped = {
  migrations: join(packageRoot, 'src/store/migrations'),
  artifacts: join(packageRoot, 'models/artifacts'),
  policies: join(packageRoot, 'policies'),
} as const;

/**
 * What lies in a data folder: the one store, what must not lie in it or its backups, where its service
 * listens, and the lock that keeps a second service out.
 */
export function dataFiles(folder: string) {
  return {
    store: join(folder, 'fairlead.db'),
    auditKey: join(folder, 'audit.key'),
    subjectKeys: join(folder, 'subject-keys.db'),
    hmacKey: join(folder, 'hmac.key'),
    service: join(folder, 'service.json'),
    lock: join(folder, 'service.lock'),
  } as const;
}

/** The data folder when none is named. */
export const DEFAULT_DATA_FOLDER = '.fairlead';

/** What the service runs with. */
export interface ServiceConfig {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly dataFolder: string;
  /** Begins the origin of every log: the host that answers for it. */
  readonly logHost: string;
  /** The audit keys' text; undefined: the file in the data folder. */
  readonly auditKey: string | undefined;
  readonly modelsFolder: string;
  /** The witness every checkpoint is sent to, and its verifier key. */
  readonly witness: { readonly url: string; readonly verifierKey: string } | null;
  /** An OpenAI-compatible server that words answers; null: templates alone. */
  readonly languageModel: {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly model: string;
    /** Of one question. */
    readonly tokens: number;
    readonly seconds: number;
  } | null;
  /** Policy files, wide to narrow. */
  readonly policyFiles: readonly string[];
  /** How long a soft hold lasts unless the ERP confirms it. */
  readonly holdMinutes: number;
  /** Requests a minute that one key may make; 0: no limit. */
  readonly rateLimit: number;
  /** The tenant of the first key. */
  readonly tenant: string;
  /** IANA name: where questions are asked that do not say it; null: of the machine for a command, UTC for the service. */
  readonly zone: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

function wholeNumberIn(env: Environment, name: string, least: number, most: number, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new DomainError('usage', `${name}: found \`${text}\`, expected a whole number from ${least} to ${most}`);
  return value;
}

/** As the platform spells it; throws `usage` naming where it was read. */
export function timeZoneNamed(name: string, where: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new DomainError('usage', `${where}: found \`${name}\`, expected an IANA time zone`, {}, cause);
  }
}

function witnessIn(env: Environment): ServiceConfig['witness'] {
  const [url, verifierKey] = [env['FAIRLEAD_WITNESS'], env['FAIRLEAD_WITNESS_KEY']];
  if (!url && !verifierKey) return null;
  if (url && verifierKey) return { url: url.replace(/\/$/, ''), verifierKey };
  throw new DomainError('usage', 'FAIRLEAD_WITNESS and FAIRLEAD_WITNESS_KEY: found one, expected both or none');
}

function languageModelIn(env: Environment): ServiceConfig['languageModel'] {
  const [baseUrl, model] = [env['FAIRLEAD_LLM_URL'], env['FAIRLEAD_LLM_MODEL']];
  if (!baseUrl && !model) return null;
  if (!baseUrl || !model)
    throw new DomainError('usage', 'FAIRLEAD_LLM_URL and FAIRLEAD_LLM_MODEL: found one, expected both or none');
  return {
    baseUrl: baseUrl.replace(/\/$/, ''),
    apiKey: env['FAIRLEAD_LLM_KEY'] ?? '',
    model,
    tokens: wholeNumberIn(env, 'FAIRLEAD_LLM_TOKENS', 500, 100_000, 6000),
    seconds: wholeNumberIn(env, 'FAIRLEAD_LLM_SECONDS', 1, 120, 8),
  };
}

/** Reads the environment, once. Throws `usage` naming the variable that is wrong. */
export function readConfig(env: Environment): ServiceConfig {
  const files = (env['FAIRLEAD_POLICY'] ?? '').split(',').filter((file) => file !== '');
  return {
    host: env['FAIRLEAD_HOST'] ?? '127.0.0.1',
    port: wholeNumberIn(env, 'FAIRLEAD_PORT', 0, 65_535, 8080),
    dataFolder: env['FAIRLEAD_HOME'] ?? DEFAULT_DATA_FOLDER,
    logHost: env['FAIRLEAD_LOG_HOST'] ?? 'fairlead.local',
    auditKey: env['FAIRLEAD_AUDIT_KEY'],
    witness: witnessIn(env),
    languageModel: languageModelIn(env),
    modelsFolder: env['FAIRLEAD_MODELS'] ?? shipped.artifacts,
    policyFiles: files.length > 0 ? files : [join(shipped.policies, 'default.policy.yaml')],
    holdMinutes: wholeNumberIn(env, 'FAIRLEAD_HOLD_MINUTES', 1, 10_080, 120),
    // 5,000 a second: it stops what runs wild, not what works.
    rateLimit: wholeNumberIn(env, 'FAIRLEAD_RATE_LIMIT', 0, 10_000_000, 300_000),
    tenant: env['FAIRLEAD_TENANT'] ?? 'default',
    zone: env['FAIRLEAD_ZONE'] ? timeZoneNamed(env['FAIRLEAD_ZONE'], 'FAIRLEAD_ZONE') : null,
  };
}
