import { z } from 'zod';
import { DomainError } from '#domain/problems.ts';
import type { Api } from './operation.ts';

/** What must work before orders are taken; `detail` says what does not. */
export interface Readiness {
  readonly ready: boolean;
  readonly detail: string;
}

export function healthRoutes(api: Api, { readiness, version }: { readiness: () => Readiness; version: string }): void {
  const base = { method: 'get', tag: 'operations', roles: 'public' } as const;
  api.on(
    {
      ...base,
      path: '/livez',
      summary: 'The process runs',
      answer: {
        status: 200,
        description: 'It runs',
        schema: z.object({ status: z.literal('ok'), version: z.string() }),
      },
    },
    (c) => c.json({ status: 'ok', version }),
  );
  api.on(
    {
      ...base,
      path: '/readyz',
      summary: 'The service takes orders',
      answer: { status: 200, description: 'It does', schema: z.object({ status: z.literal('ready') }) },
      problems: ['not-ready'],
    },
    (c) => {
      const { ready, detail } = readiness();
      if (!ready) throw new DomainError('not-ready', detail);
      return c.json({ status: 'ready' });
    },
  );
}
