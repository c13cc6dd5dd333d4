import type { Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import type { Store } from './open.ts';

/** How long an answer can be asked for again under its key. */
const IDEMPOTENCY_DAYS = 7;

/** A request under its Idempotency-Key. */
export interface IdempotentCall {
  readonly idempotencyKey: string;
  readonly bodySha256: string;
}

export interface StoredResponse {
  readonly status: number;
  /** What the route wrote: the body itself, or the ids it is made from again. */
  readonly response: string;
}

export interface Idempotency {
  /**
   * The stored response of the same call, or undefined for a new one, which is then in flight until `settle`.
   * Throws `idempotency-in-flight`, or `idempotency-mismatch` where the key was used for another body.
   */
  begin(principal: Principal, call: IdempotentCall): StoredResponse | undefined;
  /**
   * For a batch, whose orders have calls of their own (`batchCall`): checks the call as `begin` does and holds its key
   * until `settle`. True where orders of the same batch were answered before.
   */
  beginBatch(principal: Principal, call: IdempotentCall): boolean;
  /** Inside the transaction of what was decided. */
  keep(principal: Principal, call: IdempotentCall, response: StoredResponse, now: Instant): void;
  /** The call is over, whatever came of it. */
  settle(principal: Principal, call: IdempotentCall): void;
  /** Removes what is older than IDEMPOTENCY_DAYS, a few hundred rows at a time; call it often. */
  expire(now: Instant): void;
}

interface Row extends StoredResponse {
  readonly body_sha256: string;
}

/** The call of one order of a batch. A sender's key is printable, so a line feed keeps these apart from every other. */
export function batchCall(call: IdempotentCall, index: number): IdempotentCall {
  return { ...call, idempotencyKey: `${call.idempotencyKey}\n${index}` };
}

const nameOf = ({ tenant, keyId }: Principal, { idempotencyKey }: IdempotentCall): string =>
  `${tenant}\u0000${keyId}\u0000${idempotencyKey}`;

export function createIdempotency({ sqlite }: Store): Idempotency {
  // The key itself or one of its batch: nothing that a sender may write sorts between a line feed and a vertical tab.
  const select = sqlite.prepare<[string, string, string, string], Row>(
    'select body_sha256, status, response from idempotency_keys where tenant_id = ? and key_id = ? and idempotency_key >= ? and idempotency_key < ? limit 1',
  );
  const insert = sqlite.prepare(
    'insert into idempotency_keys (tenant_id, key_id, idempotency_key, body_sha256, status, response, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  );
  // A piece at a time: orders wait for it. There is no index over moments; rows are written in their order.
  const remove = sqlite.prepare(
    'delete from idempotency_keys where rowid in (select rowid from idempotency_keys where rowid <= (select min(rowid) from idempotency_keys) + 500 and created_at < ?)',
  );
  const inFlight = new Set<string>();

  /** What is stored under the call or its batch; throws where another request has the key. */
  function known(principal: Principal, call: IdempotentCall): Row | undefined {
    const { idempotencyKey: key, bodySha256 } = call;
    if (inFlight.has(nameOf(principal, call)))
      throw new DomainError(
        'idempotency-in-flight',
        `a request with the key \`${key}\` is being decided; expected the same request again later`,
      );
    const row = select.get(principal.tenant, principal.keyId, key, `${key}\v`);
    if (row && row.body_sha256 !== bodySha256)
      throw new DomainError(
        'idempotency-mismatch',
        `the key \`${key}\` was used for another body; expected a new key for a new request`,
      );
    return row;
  }

  return {
    begin(principal, call) {
      const row = known(principal, call);
      if (row) return { status: row.status, response: row.response };
      inFlight.add(nameOf(principal, call));
      return undefined;
    },
    beginBatch(principal, call) {
      const row = known(principal, call);
      inFlight.add(nameOf(principal, call));
      return row !== undefined;
    },
    keep({ tenant, keyId }, { idempotencyKey, bodySha256 }, { status, response }, now) {
      insert.run(tenant, keyId, idempotencyKey, bodySha256, status, response, now);
    },
    settle: (principal, call) => {
      inFlight.delete(nameOf(principal, call));
    },
    expire: (now) => {
      remove.run(now - IDEMPOTENCY_DAYS * DAY_MS);
    },
  };
}
