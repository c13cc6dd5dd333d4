import type { MiddlewareHandler } from 'hono';
import type { Env } from './operation.ts';

/** W3C Trace Context, version 00; an all-zero id is not valid. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Takes part in the caller's trace or begins one, and answers with its own span. */
export function trace(random: (bytes: number) => Uint8Array): MiddlewareHandler<Env> {
  return async (c, next) => {
    const [, parent, flags = '00'] = TRACEPARENT.exec(c.req.header('traceparent') ?? '') ?? [];
    const traceId = parent ?? hex(random(16));
    const traceparent = `00-${traceId}-${hex(random(8))}-${flags}`;
    c.set('traceId', traceId);
    c.set('traceparent', traceparent);
    // Before the answer is made: a header put on a finished answer makes Hono read and wrap it anew.
    c.header('traceparent', traceparent);
    await next();
  };
}
