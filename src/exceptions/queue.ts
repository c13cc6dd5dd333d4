import { and, asc, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm';
import type { ExceptionDraft } from '#domain/decision.ts';
import { DomainError } from '#domain/problems.ts';
import { type Instant, MINUTE_MS } from '#domain/time.ts';
import type { Db } from '#store/open.ts';
import { exceptionHistory, exceptions } from './tables.ts';

/** `SNOOZED` is open, but hidden from the queue until its moment has come. */
export const EXCEPTION_STATES = ['OPEN', 'SNOOZED', 'RESOLVED'] as const;
export type ExceptionState = (typeof EXCEPTION_STATES)[number];

/** An exception as a person reads it. */
export interface ExceptionView {
  readonly exceptionId: string;
  readonly decisionId: string;
  readonly orderId: string;
  readonly category: string;
  readonly owner: string;
  readonly state: ExceptionState;
  readonly assignee: string | null;
  readonly openedAt: Instant;
  /** Since it was opened; until it was resolved, where it was. */
  readonly ageSec: number;
  readonly slaDueAt: Instant;
  readonly overdue: boolean;
  readonly snoozedUntil: Instant | null;
  readonly resolvedAt: Instant | null;
  readonly resolution: string | null;
  readonly context: Pick<ExceptionDraft, 'nearest'>;
}

export interface HistoryEntry {
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly note: string;
}

type Row = typeof exceptions.$inferSelect;
const STORED_STATES = exceptions.state.enumValues;

function stateOf(row: Row, now: Instant): ExceptionState {
  if (row.state === 'RESOLVED') return 'RESOLVED';
  return row.snoozedUntil !== null && row.snoozedUntil > now ? 'SNOOZED' : 'OPEN';
}

function viewOf(row: Row, now: Instant): ExceptionView {
  const { tenantId: _, context, decisionId, ...rest } = row;
  const until = row.resolvedAt ?? now;
  return {
    exceptionId: decisionId,
    decisionId,
    ...rest,
    state: stateOf(row, now),
    ageSec: Math.floor((until - row.openedAt) / 1000),
    overdue: until > row.slaDueAt,
    context: JSON.parse(context),
  };
}

/** Adds a line to the history of an exception; in the transaction of what it tells of. */
export function appendHistory(db: Db, tenant: string, decisionId: string, entry: HistoryEntry): void {
  db.insert(exceptionHistory)
    .values({ tenantId: tenant, decisionId, ...entry })
    .run();
}

export interface OpenedException {
  readonly tenant: string;
  readonly decisionId: string;
  readonly orderId: string;
  readonly draft: ExceptionDraft;
  readonly actor: string;
  readonly now: Instant;
}

/** Puts a decision on the queue, in the transaction that records it. A decision is there at most once. */
export function openException(db: Db, { tenant, decisionId, orderId, draft, actor, now }: OpenedException): void {
  const { category, owner, slaMinutes, nearest } = draft;
  db.insert(exceptions)
    .values({
      tenantId: tenant,
      decisionId,
      orderId,
      category,
      owner,
      state: 'OPEN',
      openedAt: now,
      slaDueAt: now + slaMinutes * MINUTE_MS,
      context: JSON.stringify({ nearest }),
    })
    .run();
  appendHistory(db, tenant, decisionId, { at: now, actor, action: 'opened', note: `${category}, for ${owner}` });
}

export interface ExceptionFilter {
  readonly state?: ExceptionState;
  readonly owner?: string;
  readonly assignee?: string;
  readonly category?: string;
  readonly orderId?: string;
}

export interface Page {
  /** What the page before gave as `nextCursor`. */
  readonly cursor?: string;
  /** 1..500. */
  readonly limit: number;
}

function afterCursor(cursor: string): SQL {
  const match = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor);
  if (!match)
    throw new DomainError('invalid-request', `/cursor: found \`${cursor}\`, expected the \`next\` of the page before`, {
      errors: [{ path: '/cursor', found: `\`${cursor}\``, expected: 'the `next` of the page before' }],
    });
  const due = Number(match[1]);
  return or(gt(exceptions.slaDueAt, due), and(eq(exceptions.slaDueAt, due), gt(exceptions.decisionId, match[2]!)))!;
}

function inState(state: ExceptionState, now: Instant): SQL {
  if (state === 'RESOLVED') return eq(exceptions.state, 'RESOLVED');
  const awake = or(isNull(exceptions.snoozedUntil), lte(exceptions.snoozedUntil, now))!;
  return and(eq(exceptions.state, 'OPEN'), state === 'OPEN' ? awake : gt(exceptions.snoozedUntil, now))!;
}

const byUrgency = (a: Row, b: Row): number =>
  a.slaDueAt - b.slaDueAt || (a.decisionId < b.decisionId ? -1 : a.decisionId > b.decisionId ? 1 : 0);

/** A page of the queue, the most urgent first. Each stored state is read by its index; all of them are never sorted. */
export function listExceptions(
  db: Db,
  tenant: string,
  filter: ExceptionFilter,
  page: Page,
  now: Instant,
): { readonly items: readonly ExceptionView[]; readonly nextCursor: string | null } {
  const conditions: SQL[] = [eq(exceptions.tenantId, tenant)];
  for (const key of ['owner', 'assignee', 'category', 'orderId'] as const)
    if (filter[key] !== undefined) conditions.push(eq(exceptions[key], filter[key]));
  if (page.cursor !== undefined) conditions.push(afterCursor(page.cursor));
  const wanted = filter.state
    ? [inState(filter.state, now)]
    : STORED_STATES.map((state) => eq(exceptions.state, state));
  const rows = wanted
    .flatMap((state) =>
      db
        .select()
        .from(exceptions)
        .where(and(...conditions, state))
        .orderBy(asc(exceptions.slaDueAt), asc(exceptions.decisionId))
        .limit(page.limit + 1)
        .all(),
    )
    .sort(byUrgency);
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    items: rows.slice(0, page.limit).map((row) => viewOf(row, now)),
    nextCursor: last ? `${last.slaDueAt}.${last.decisionId}` : null,
  };
}

/** One exception; throws `not-found`. */
export function readException(db: Db, tenant: string, exceptionId: string, now: Instant): ExceptionView {
  const row = db
    .select()
    .from(exceptions)
    .where(and(eq(exceptions.tenantId, tenant), eq(exceptions.decisionId, exceptionId)))
    .get();
  if (!row) throw new DomainError('not-found', `there is no exception \`${exceptionId}\``, { exceptionId });
  return viewOf(row, now);
}

/** Everything that happened to it, oldest first. */
export function historyOf(db: Db, tenant: string, exceptionId: string): HistoryEntry[] {
  const { at, actor, action, note } = exceptionHistory;
  return db
    .select({ at, actor, action, note })
    .from(exceptionHistory)
    .where(and(eq(exceptionHistory.tenantId, tenant), eq(exceptionHistory.decisionId, exceptionId)))
    .orderBy(asc(exceptionHistory.entryId))
    .all();
}
