import type { Context } from 'hono';
import { DomainError } from '#domain/problems.ts';

/** 500 orders of 500 lines, or 50 lines over 200 nodes with the snapshot in the request, stay below it. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

function tooLarge(): DomainError {
  return new DomainError('body-too-large', `the body has more than ${BODY_LIMIT_BYTES} bytes`, {
    limit: BODY_LIMIT_BYTES,
  });
}

/** The body's bytes, or `body-too-large` as soon as that is certain; `unsupported-media-type` for compressed ones. */
export async function readBody(c: Context): Promise<Uint8Array> {
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new DomainError(
      'unsupported-media-type',
      `found the content encoding \`${encoding}\`; expected a body that is not compressed`,
    );
  const length = c.req.header('content-length');
  if (length !== undefined) {
    if (Number(length) > BODY_LIMIT_BYTES) throw tooLarge();
    // The HTTP parser holds the sender to the length it declared.
    return new Uint8Array(await c.req.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON document in the bytes; `unsupported-media-type` or `malformed-json` where there is none. */
export function readJson(c: Context, bytes: Uint8Array, types: readonly string[] = ['application/json']): unknown {
  const found = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (!types.includes(found))
    throw new DomainError(
      'unsupported-media-type',
      `found ${found === '' ? 'no media type' : `the media type \`${found}\``}; expected ${types.join(' or ')}`,
    );
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8';
    throw new DomainError('malformed-json', `the body is not JSON: ${why}`, {}, cause);
  }
}
