import { Hono } from 'hono';
import type { LogReader } from '#audit/serve.ts';
import { DomainError } from '#domain/problems.ts';
import { type ApprovalDeps, approvalRoutes } from '#routes/approvals.ts';
import { auditRoutes } from '#routes/audit.ts';
import { type DecisionStateDeps, decisionStateRoutes } from '#routes/decision-state.ts';
import { type DecisionReader, decisionRoutes } from '#routes/decisions.ts';
import { docsRoutes } from '#routes/docs.ts';
import { type EventDeps, eventRoutes } from '#routes/events.ts';
import { type ExceptionDeps, exceptionRoutes } from '#routes/exceptions.ts';
import { healthRoutes, type Readiness } from '#routes/health.ts';
import { keyRoutes } from '#routes/keys.ts';
import { type KpiDeps, kpiRoutes } from '#routes/kpis.ts';
import { type Metrics, metricsRoutes } from '#routes/metrics.ts';
import { type ModelDeps, modelRoutes } from '#routes/models.ts';
import { openapiRoute } from '#routes/openapi.ts';
import { type App, createApi, type Env } from '#routes/operation.ts';
import { problemOf, problemResponse } from '#routes/problem.ts';
import { type QuestionDesk, questionRoutes } from '#routes/questions.ts';
import { createRateLimiter } from '#routes/rate-limit.ts';
import { type RecommendationDeps, recommendationRoutes } from '#routes/recommendations.ts';
import { trace } from '#routes/trace.ts';
import type { ApiKeys } from '#store/keys.ts';

/** Everything the routes stand on; made by the composition root, or faked by a test. */
export interface AppDeps extends EventDeps, ApprovalDeps, DecisionStateDeps, ExceptionDeps, KpiDeps, ModelDeps {
  readonly keys: ApiKeys;
  readonly idempotency: RecommendationDeps['idempotency'];
  readonly desk: RecommendationDeps['desk'];
  readonly decisions: DecisionReader;
  readonly log: LogReader;
  readonly questions: QuestionDesk;
  readonly metrics: Metrics;
  readonly readiness: () => Readiness;
  readonly now: () => number;
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly version: string;
  /** Requests a minute that one key may make; 0: no limit. */
  readonly rateLimit: number;
  /** Told of every failure that is not the caller's. */
  readonly report: (error: unknown, traceId: string) => void;
}

export function createApp(deps: AppDeps): App {
  const app: App = new Hono<Env>();
  app.use(trace(deps.random));
  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    deps.metrics.request(c.get('route') ?? 'none', c.req.method, c.res.status, (performance.now() - begun) / 1000);
  });

  const api = createApi(app, deps.keys, { limiter: createRateLimiter(deps.rateLimit), now: deps.now });
  recommendationRoutes(api, { ...deps, answerTo: deps.decisions.answer });
  decisionRoutes(api, deps);
  decisionStateRoutes(api, deps);
  approvalRoutes(api, deps);
  exceptionRoutes(api, deps);
  eventRoutes(api, deps);
  kpiRoutes(api, deps);
  modelRoutes(api, deps);
  questionRoutes(api, deps);
  auditRoutes(api, deps);
  keyRoutes(api, deps);
  healthRoutes(api, deps);
  metricsRoutes(api, deps.metrics);
  openapiRoute(api, deps.version);
  docsRoutes(api, deps.version);

  app.onError((error, c) => {
    const traceId = c.get('traceId');
    const known =
      error instanceof DomainError ? error : new DomainError('internal', 'the request could not be served', {}, error);
    const problem = problemOf(known, traceId);
    if (problem.status >= 500) deps.report(error, traceId);
    const headers: Record<string, string> = {
      traceparent: c.get('traceparent'),
      ...c.get('rateLimit'),
    };
    if (problem.status === 401) headers['www-authenticate'] = 'Bearer realm="fairlead"';
    if (problem.status === 503) headers['retry-after'] = '1';
    if (problem.status === 429) headers['retry-after'] = String(known.facts['retryAfterSeconds']);
    return problemResponse(problem, headers);
  });

  app.notFound((c) => {
    const allowed = api.operations
      .filter(({ path }) => patternOf(path).test(c.req.path))
      .map(({ method }) => method.toUpperCase());
    const error =
      allowed.length > 0
        ? new DomainError(
            'method-not-allowed',
            `${c.req.path} does not take ${c.req.method}; expected ${allowed.join(' or ')}`,
          )
        : new DomainError('not-found', `there is nothing under ${c.req.path}`);
    const headers: Record<string, string> = { traceparent: c.get('traceparent') };
    if (allowed.length > 0) headers['allow'] = allowed.join(', ');
    return problemResponse(problemOf(error, c.get('traceId')), headers);
  });
  return app;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
