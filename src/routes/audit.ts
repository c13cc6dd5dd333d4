import type { Context } from 'hono';
import type { LogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import type { Api, Env } from './operation.ts';
import { tagged } from './tagged.ts';

const OCTETS = 'application/octet-stream';
/** For the caller's own cache: the address alone does not say whose log it is. */
const FOR_EVER = 'private, max-age=31536000, immutable';

/** `x001/x234/067` as C2SP tlog-tiles writes an index. */
function indexOf(text: string): number | undefined {
  const parts = text.split('/');
  const wellFormed = parts.every((part, at) => (at === parts.length - 1 ? /^\d{3}$/ : /^x\d{3}$/).test(part));
  if (!wellFormed || parts.length > 5) return undefined;
  return Number(parts.map((part) => part.replace('x', '')).join(''));
}

/** Index and width of `<N>` or `<N>.p/<W>`. */
function tileOf(text: string): { index: number; width: number } | undefined {
  const [, path = '', partial] = /^([x\d/]+?)(?:\.p\/(\d{1,3}))?$/.exec(text) ?? [];
  const index = indexOf(path);
  const width = partial === undefined ? 256 : Number(partial);
  return index === undefined || width < 1 || width > 256 ? undefined : { index, width };
}

/** The log as C2SP tlog-tiles: `/v1/audit/<year>/checkpoint`, `tile/<L>/<N>`, `tile/entries/<N>`. */
export function auditRoutes(api: Api, { log }: { log: LogReader }): void {
  const base = { method: 'get', tag: 'audit' } as const;
  const yearOf = (c: Context<Env>): number => Number(/^\d{4}$/.exec(c.req.param('year') ?? '')?.[0] ?? Number.NaN);
  const missing = (what: string): DomainError => new DomainError('not-found', `there is no ${what} under this address`);

  api.on(
    {
      ...base,
      path: '/v1/audit/{year}/checkpoint',
      summary: 'Newest signed checkpoint (C2SP tlog-checkpoint)',
      roles: 'key',
      answer: { status: 200, description: 'A signed note', mediaType: 'text/plain' },
      problems: ['not-found'],
    },
    (c, { principal }) => {
      const note = log.checkpointText(principal.tenant, yearOf(c));
      if (note === undefined) throw missing('checkpoint');
      // It may be kept, and must be asked for again each time.
      return tagged(c, note, 'text/plain; charset=UTF-8', 'private, no-cache');
    },
  );

  api.on(
    {
      ...base,
      path: '/v1/audit/{year}/receipt/{index}',
      summary: 'Proof that a leaf is on the log (C2SP tlog-proof): an answered question, a policy change',
      roles: 'key',
      answer: { status: 200, description: 'The proof with its signed checkpoint', mediaType: 'text/plain' },
      problems: ['not-found', 'not-ready'],
    },
    (c, { principal }) => {
      const index = Number(/^\d{1,15}$/.exec(c.req.param('index') ?? '')?.[0] ?? Number.NaN);
      const receipt = Number.isInteger(index) ? log.receiptAt(principal.tenant, yearOf(c), index) : undefined;
      if (receipt !== undefined) return c.text(receipt);
      if (index < log.sizeOf(principal.tenant, yearOf(c)))
        throw new DomainError('not-ready', 'the next checkpoint is due within a second; ask again then');
      throw missing('leaf');
    },
  );

  api.on(
    {
      ...base,
      path: '/v1/audit/{year}/tile/entries/{tile}',
      summary: 'Leaves in full (C2SP tlog-tiles entry bundle); `tile` may contain slashes',
      roles: ['auditor', 'data'],
      answer: { status: 200, description: 'An entry bundle', mediaType: 'application/octet-stream' },
      problems: ['not-found'],
    },
    (c, { principal }) => {
      const tile = tileOf(c.req.param('tile') ?? '');
      const bytes = tile && log.entryBundle(principal.tenant, yearOf(c), tile.index, tile.width);
      if (!bytes) throw missing('entry bundle');
      return tagged(c, bytes, OCTETS, FOR_EVER);
    },
  );

  api.on(
    {
      ...base,
      path: '/v1/audit/{year}/tile/{level}/{tile}',
      summary: 'Hashes of the tree (C2SP tlog-tiles); `tile` may contain slashes',
      roles: 'key',
      answer: { status: 200, description: 'Hashes of 32 bytes each', mediaType: 'application/octet-stream' },
      problems: ['not-found'],
    },
    (c, { principal }) => {
      const level = Number(/^\d{1,2}$/.exec(c.req.param('level') ?? '')?.[0] ?? Number.NaN);
      const tile = tileOf(c.req.param('tile') ?? '');
      const bytes =
        tile && Number.isInteger(level)
          ? log.tileBytes(principal.tenant, yearOf(c), level, tile.index, tile.width)
          : undefined;
      if (!bytes) throw missing('tile');
      return tagged(c, bytes, OCTETS, FOR_EVER);
    },
  );
}
