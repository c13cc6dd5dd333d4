import type { Principal } from '#domain/principal.ts';
import type { Idempotency, IdempotentCall, StoredResponse } from '#store/idempotency.ts';

/** Runs a deciding request once: the same call again is answered from what was stored with the decision. */
export async function once(
  idempotency: Idempotency,
  principal: Principal,
  call: IdempotentCall,
  work: { readonly replay: (stored: StoredResponse) => Response; readonly run: () => Promise<Response> },
): Promise<Response> {
  const stored = idempotency.begin(principal, call);
  if (stored) {
    const response = work.replay(stored);
    response.headers.set('idempotent-replayed', 'true');
    return response;
  }
  try {
    return await work.run();
  } finally {
    idempotency.settle(principal, call);
  }
}
