import type { Principal } from '#domain/principal.ts';
import { DomainError } from '#domain/problems.ts';
import { DAY_MS, type Instant } from '#domain/time.ts';
import type { Store } from './open.ts';

/** How long an answer can be asked for again under its key. */
export const IDEMPOTENCY_DAYS = 7;

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
  /** Inside the transaction of what was decided. */
  keep(principal: Principal, call: IdempotentCall, response: StoredResponse, now: Instant): void;
  /** The call is over, whatever came of it. */
  settle(principal: Principal, call: IdempotentCall): void;
  /** Removes what is older than IDEMPOTENCY_DAYS. */
  expire(now: Instant): void;
}

interface Row extends StoredResponse {
  readonly body_sha256: string;
}

const nameOf = ({ tenant, keyId }: Principal, { idempotencyKey }: IdempotentCall): string =>
  `${tenant}\u0000${keyId}\u0000${idempotencyKey}`;

export function createIdempotency({ sqlite }: Store): Idempotency {
  const select = sqlite.prepare<[string, string, string], Row>(
    'select body_sha256, status, response from idempotency_keys where tenant_id = ? and key_id = ? and idempotency_key = ?',
  );
  const insert = sqlite.prepare(
    'insert into idempotency_keys (tenant_id, key_id, idempotency_key, body_sha256, status, response, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = sqlite.prepare('delete from idempotency_keys where created_at < ?');
  const inFlight = new Set<string>();

  return {
    begin(principal, call) {
      const name = nameOf(principal, call);
      if (inFlight.has(name))
        throw new DomainError(
          'idempotency-in-flight',
          `a request with the key \`${call.idempotencyKey}\` is being decided; expected the same request again later`,
        );
      const row = select.get(principal.tenant, principal.keyId, call.idempotencyKey);
      if (row && row.body_sha256 !== call.bodySha256)
        throw new DomainError(
          'idempotency-mismatch',
          `the key \`${call.idempotencyKey}\` was used for another body; expected a new key for a new request`,
        );
      if (row) return { status: row.status, response: row.response };
      inFlight.add(name);
      return undefined;
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
