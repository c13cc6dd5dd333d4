import { DomainError } from '#domain/problems.ts';

/** Speaks with a running service in the name of a key. */
export interface ServiceClient {
  readonly url: string;
  /** The JSON of the answer; throws `not-ready` where nothing answers, `conflict` with the service's own words for a problem. */
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

/** A question that is worded by a language model may take its time. */
const TIMEOUT_MS = 150_000;

export function serviceClient(url: string, key: string): ServiceClient {
  async function call(path: string, init: RequestInit): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(new URL(path, url), {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new DomainError('not-ready', `no service answers at \`${url}\`: ${(cause as Error).message}`, {}, cause);
    }
    const body = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
    if (response.ok) return body;
    const said = body.detail ?? body.title ?? 'without a reason';
    throw new DomainError(
      response.status >= 500 ? 'not-ready' : 'conflict',
      `the service at \`${url}\` answered ${response.status}: ${said}`,
    );
  }
  return {
    url,
    get: (path) => call(path, { method: 'GET' }),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}
