import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { sha256Hex } from '#audit/sha256.ts';
import type { Env } from './operation.ts';

/** The body with a strong ETag, or 304 where `If-None-Match` has it already (RFC 9110, 13.1.2: compared weakly). */
export function tagged(
  c: Context<Env>,
  body: string | Uint8Array,
  contentType: string,
  cacheControl: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const etag = `"${sha256Hex(body).slice(0, 32)}"`;
  const headers = { etag, 'cache-control': cacheControl, ...more };
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return c.body(null, 304, headers);
  return c.body(typeof body === 'string' ? body : new Uint8Array(body), 200, {
    ...headers,
    'content-type': contentType,
  });
}

/** A document that is made when it is first asked for and then kept; compressed for those who take gzip. */
export function served(contentType: string, make: () => string): (c: Context<Env>) => Response {
  let kept: { readonly text: string; readonly gzip: Uint8Array } | undefined;
  return (c) => {
    if (!kept) {
      const text = make();
      kept = { text, gzip: gzipSync(text) };
    }
    const packed = /\bgzip\b(?!;\s*q=0(\.0*)?\s*(,|$))/.test(c.req.header('accept-encoding') ?? '');
    const more: Record<string, string> = { vary: 'accept-encoding' };
    if (packed) more['content-encoding'] = 'gzip';
    return tagged(c, packed ? kept.gzip : kept.text, contentType, 'no-cache', more);
  };
}
