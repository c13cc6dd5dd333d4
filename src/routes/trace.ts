import type { MiddlewareHandler } from 'hono';
import type { Env } from './operation.ts';

/** W3C Trace Context, version 00; an all-zero id is not valid. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Takes part in the caller's trace or begins one, and answers with its own span. */
export function trace(random: (bytes: number) => Uint8Array): MiddlewareHandler<Env> {
  return async (c, next) => {
    const [, parent, flags = '00'] = TRACEPARENT.exec(c.req.header('traceparent') ?? '') ?? [];
    const bytes = random(24);
    const traceId = parent ?? hex(bytes.subarray(0, 16));
    const spanId = hex(bytes.subarray(16));
    c.set('traceId', traceId);
    c.set('spanId', spanId);
    await next();
    c.header('traceparent', `00-${traceId}-${spanId}-${flags}`);
  };
}
