import { existsSync } from 'node:fs';
import type { Role } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { answerPermitted, ask, type Reply } from '#explanation/answer.ts';
import { CATALOGUE } from '#explanation/catalogue/catalogue.ts';
import type { PlannedQuestion } from '#explanation/grammar/understand.ts';
import { storeDirectory } from '#explanation/store-directory.ts';
import type { Asking, Told } from '#mcp/server.ts';
import type { ServiceConfig } from '#src/config.ts';
import { dataFiles, shipped, timeZoneNamed } from '#src/config.ts';
import { questionSources } from '#src/server/question-sources.ts';
import { readServiceFile } from '#src/server/service-file.ts';
import { openStore } from '#store/open.ts';
import { rolesOf } from './roles.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';

/** What says whom to ask: of the options of `ask`, `mcp` and `reasons`. */
export interface WhomOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly data?: string | undefined;
  readonly db?: string | undefined;
  readonly roles?: string | undefined;
  readonly tenant?: string | undefined;
  readonly zone?: string | undefined;
  readonly now?: string | undefined;
}

export const WHOM = {
  url: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
  db: { type: 'string' },
  roles: { type: 'string' },
  zone: { type: 'string' },
  tenant: { type: 'string' },
} as const;

export const WHOM_USAGE = `  --url <service>    a running service (FAIRLEAD_URL): the answer becomes a leaf of its log, with a receipt, and
                     the key says who asks
  --key <pk_...>     an API key (FAIRLEAD_KEY)
  --data <folder>    the data folder (default: .fairlead, or FAIRLEAD_HOME); without --url the service that runs on it
                     is asked where there is a key, else the database is read, and nothing is logged
  --db <file>        a database by itself: always read, never logged
  --roles <list>     as whom the database is read (default: planner)
  --tenant <name>    whose it is (default: FAIRLEAD_TENANT, or default)
  --zone <IANA>      where it is asked (default: FAIRLEAD_ZONE, or the machine's zone)`;

/** The service to ask, or why the database is read instead. */
export type Whom = { readonly service: ServiceClient } | { readonly file: string; readonly unlogged: string };

const READ_ONLY = ['db', 'roles', 'tenant', 'now'] as const;

/** Throws `usage` where options contradict each other. */
export function whomToAsk(
  options: WhomOptions,
  config: ServiceConfig,
  env: Readonly<Record<string, string | undefined>>,
): Whom {
  const reads = READ_ONLY.find((name) => options[name] !== undefined);
  const files = dataFiles(options.data ?? config.dataFolder);
  const file = options.db ?? files.store;
  if (reads !== undefined && options.url !== undefined)
    throw new DomainError('usage', `--${reads} reads a database and --url asks a service; found both, expected one`);
  if (reads !== undefined) return { file, unlogged: `not logged: --${reads} reads the database itself` };
  const key = options.key ?? env['FAIRLEAD_KEY'] ?? '';
  // A folder that is named says more than an environment that is always there.
  const url = options.url ?? (options.data === undefined ? env['FAIRLEAD_URL'] : undefined);
  if (url) {
    if (key === '')
      throw new DomainError(
        'usage',
        `to ask the service at \`${url}\` a key is needed; expected --key or FAIRLEAD_KEY`,
      );
    return { service: serviceClient(url, key) };
  }
  const running = readServiceFile(files.service);
  if (running && key !== '') return { service: serviceClient(running.url, key) };
  const unlogged = running
    ? `not logged: the database was read; with FAIRLEAD_KEY set, the service at ${running.url} answers and logs it`
    : 'not logged: no service runs on this folder, so the database was read';
  return { file, unlogged };
}

function there(service: ServiceClient, zone: string): Asking {
  const post = async (body: object) => (await service.post('/v1/questions', { ...body, zone })) as Told;
  return {
    unlogged: null,
    ask: (question, previous) => post({ question, ...(previous && { previous }) }),
    run: post,
    async plans() {
      const { plans } = (await service.get('/v1/questions')) as { plans: { plan: string }[] };
      return plans.map(({ plan }) => plan);
    },
    close() {},
  };
}

/** Where a database is read, and as whom. */
export interface Here {
  readonly file: string;
  readonly unlogged: string;
  readonly roles: readonly Role[];
  readonly tenant: string;
  readonly zone: string;
  readonly now: () => number;
}

/** Throws `not-ready` where there is no such file. */
export function openToRead(file: string) {
  if (!existsSync(file))
    throw new DomainError('not-ready', `there is no database at \`${file}\`; name one with --data or --db`);
  return openStore({ file, migrationsFolder: shipped.migrations, readOnly: true });
}

/** What is known of names is read anew for each question: an assistant may ask for days. */
function here({ file, unlogged, roles, tenant, zone, now }: Here): Asking {
  const store = openToRead(file);
  const sources = questionSources({ store, tenant, now, zone });
  const unloggedTold = (reply: Reply): Told => ({ ...reply, log: null });
  return {
    unlogged,
    ask: async (question, previous) =>
      unloggedTold(ask({ question, roles, previous }, sources, storeDirectory(sources))),
    run: async (planned: PlannedQuestion) => unloggedTold(answerPermitted(planned, roles, sources)),
    plans: async () =>
      CATALOGUE.filter((plan) => plan.roles.some((role) => roles.includes(role))).map(({ name }) => name),
    close: () => store.close(),
  };
}

/** Opens a way to ask; `close` it afterwards. */
export function openAsking(options: WhomOptions, config: ServiceConfig, now: () => number): Asking {
  const zone = zoneOf(options, config);
  const whom = whomToAsk(options, config, process.env);
  if ('service' in whom) return there(whom.service, zone);
  return here({
    ...whom,
    roles: rolesOf(options.roles ?? 'planner'),
    tenant: options.tenant ?? config.tenant,
    zone,
    now,
  });
}

export function zoneOf({ zone }: WhomOptions, config: ServiceConfig): string {
  if (zone !== undefined) return timeZoneNamed(zone, '--zone');
  return config.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
