import { DomainError } from '#domain/problems.ts';
import type { Instant } from '#domain/time.ts';

const WINDOW_SECONDS = 60;

/** The header fields of the IETF draft "RateLimit header fields for HTTP" for one answer. */
export interface RateLimitHeaders {
  readonly 'RateLimit-Policy': string;
  /** `r`: requests left now; `t`: seconds until all of them are there again. */
  readonly RateLimit: string;
}

export interface RateLimiter {
  /** Counts a request of a key. `allowed` is false where none is left; then nothing is counted. */
  take(keyId: string, now: Instant): { readonly allowed: boolean; readonly headers: RateLimitHeaders };
  /** Seconds until a key that has none left may ask again, at least one. */
  readonly retryAfterSeconds: number;
}

interface Bucket {
  left: number;
  at: Instant;
}

/**
 * A token bucket for each key: `requestsAMinute` at once, refilled evenly, so that a burst passes and a caller that runs
 * wild is slowed down before it starves the others. Kept in memory: a restart fills every bucket. Null: no limit.
 */
export function createRateLimiter(requestsAMinute: number): RateLimiter | null {
  if (requestsAMinute === 0) return null;
  const perSecond = requestsAMinute / WINDOW_SECONDS;
  const policy = `"key";q=${requestsAMinute};w=${WINDOW_SECONDS}`;
  // Only keys that were recognised come here, so the map is as small as the list of keys.
  const buckets = new Map<string, Bucket>();
  return {
    retryAfterSeconds: Math.max(1, Math.ceil(1 / perSecond)),
    take(keyId, now) {
      let bucket = buckets.get(keyId);
      if (!bucket) {
        bucket = { left: requestsAMinute, at: now };
        buckets.set(keyId, bucket);
      }
      // A clock that was set back refills nothing.
      const elapsed = Math.max(0, now - bucket.at) / 1000;
      bucket.left = Math.min(requestsAMinute, bucket.left + elapsed * perSecond);
      bucket.at = now;
      const allowed = bucket.left >= 1;
      if (allowed) bucket.left -= 1;
      const untilFull = Math.ceil((requestsAMinute - bucket.left) / perSecond);
      return {
        allowed,
        headers: { 'RateLimit-Policy': policy, RateLimit: `"key";r=${Math.floor(bucket.left)};t=${untilFull}` },
      };
    },
  };
}

export function tooManyRequests(keyId: string, { retryAfterSeconds }: RateLimiter): DomainError {
  return new DomainError(
    'rate-limited',
    `the key \`${keyId}\` has no request left; the next one is due in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  );
}
