import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExceptionDraft } from '#domain/decision.ts';
import type { Principal } from '#domain/principal.ts';
import { assignException, resolveException, snoozeException } from '#exceptions/ownership.ts';
import { historyOf, listExceptions, openException, readException } from '#exceptions/queue.ts';
import { openStore, type Store } from '#store/open.ts';

const NOW = Date.UTC(2026, 9, 6, 9);
const HOUR = 3_600_000;
const planner: Principal = { keyId: 'k1', roles: ['planner'], tenant: 't1' };
const draft = (over: Partial<ExceptionDraft> = {}): ExceptionDraft => ({
  category: 'CREDIT_HOLD',
  owner: 'credit',
  slaMinutes: 60,
  nearest: [],
  ...over,
});

let store: Store;
beforeEach(() => {
  store = openStore({ file: ':memory:', migrationsFolder: 'src/store/migrations' });
});
afterEach(() => store.close());

function open(decisionId: string, over: Partial<ExceptionDraft> = {}, tenant = 't1'): void {
  store.transaction((db) =>
    openException(db, {
      tenant,
      decisionId,
      orderId: `O-${decisionId}`,
      draft: draft(over),
      actor: 'key:k0',
      now: NOW,
    }),
  );
}

describe('the exception queue', () => {
  it('keeps category, owner, age and what is due, and tells its history', () => {
    open('d1');
    const view = readException(store.db, 't1', 'd1', NOW + 61 * 60_000);
    expect(view).toMatchObject({
      category: 'CREDIT_HOLD',
      owner: 'credit',
      state: 'OPEN',
      ageSec: 3660,
      overdue: true,
      slaDueAt: NOW + HOUR,
    });
    expect(historyOf(store.db, 't1', 'd1')).toEqual([
      { at: NOW, actor: 'key:k0', action: 'opened', note: 'CREDIT_HOLD, for credit' },
    ]);
  });

  it('has a decision at most once', () => {
    open('d1');
    expect(() => open('d1')).toThrow(/UNIQUE/);
  });

  it('lists the most urgent first, page by page, each exactly once', () => {
    for (let n = 0; n < 25; n++) open(`d${String(n).padStart(2, '0')}`, { slaMinutes: 60 + (n % 3) });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = listExceptions(
        store.db,
        't1',
        { state: 'OPEN' },
        { limit: 7, ...(cursor === null ? {} : { cursor }) },
        NOW,
      );
      seen.push(...page.items.map(({ exceptionId }) => exceptionId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect(seen.slice(0, 2)).toEqual(['d00', 'd03']);
  });

  it('filters by owner and shows one tenant nothing of another', () => {
    open('d1');
    open('d2', { owner: 'inventory' });
    open('d3', {}, 't2');
    const ids = (filter: Parameters<typeof listExceptions>[2]) =>
      listExceptions(store.db, 't1', filter, { limit: 50 }, NOW).items.map(({ exceptionId }) => exceptionId);
    expect(ids({})).toEqual(['d1', 'd2']);
    expect(ids({ owner: 'inventory' })).toEqual(['d2']);
    expect(() => readException(store.db, 't1', 'd3', NOW)).toThrow(/no exception `d3`/);
  });

  it('refuses a cursor that no page gave', () => {
    expect(() => listExceptions(store.db, 't1', {}, { limit: 5, cursor: "1' or 1" }, NOW)).toThrow(/cursor/);
  });

  it('is assigned, put aside and taken up again, and resolved once', () => {
    open('d1');
    assignException(store.db, planner, 'd1', 'k7', NOW);
    expect(snoozeException(store.db, planner, 'd1', NOW + HOUR, 'truck at noon', NOW).state).toBe('SNOOZED');
    expect(listExceptions(store.db, 't1', { state: 'OPEN' }, { limit: 5 }, NOW).items).toEqual([]);
    expect(listExceptions(store.db, 't1', { state: 'SNOOZED' }, { limit: 5 }, NOW).items).toHaveLength(1);
    expect(listExceptions(store.db, 't1', { state: 'OPEN' }, { limit: 5 }, NOW + HOUR).items).toHaveLength(1);
    const done = resolveException(store.db, planner, 'd1', 'CREDIT_RELEASED', 'paid', NOW + HOUR);
    expect(done).toMatchObject({ state: 'RESOLVED', resolution: 'CREDIT_RELEASED', assignee: 'k7' });
    expect(() => resolveException(store.db, planner, 'd1', 'AGAIN', '', NOW + HOUR)).toThrow(/is resolved/);
    expect(historyOf(store.db, 't1', 'd1').map(({ action }) => action)).toEqual([
      'opened',
      'assigned',
      'snoozed',
      'resolved',
    ]);
  });

  it('is not put aside for ever, nor into the past', () => {
    open('d1');
    expect(() => snoozeException(store.db, planner, 'd1', NOW, '', NOW)).toThrow(/\/until: found/);
    expect(() => snoozeException(store.db, planner, 'd1', NOW + 31 * 24 * HOUR, '', NOW)).toThrow(/within 30 days/);
  });

  it('keeps its history as it was written', () => {
    open('d1');
    expect(() => store.sqlite.exec("update exception_history set note = 'x'")).toThrow(/append only/);
    expect(() => store.sqlite.exec('delete from exception_history')).toThrow(/append only/);
  });
});
