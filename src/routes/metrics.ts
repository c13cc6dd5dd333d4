import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Decision } from '#domain/decision.ts';
import type { Task } from '#domain/risk.ts';
import { DRIFT_STATES, type DriftState } from '#domain/snapshot.ts';
import type { Api } from './operation.ts';

/** How far a champion's orders are from what it was trained on; NaN until the first window is full. */
export interface WorstDrift {
  readonly state: DriftState;
  readonly psiMax: number;
  readonly estimatedLogLoss: number;
}

/** What the service counts about itself. */
export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  decision(decision: Decision, seconds: number): void;
  /** Items that one transaction wrote. */
  flush(items: number): void;
  /** Something happened between us and the language model: a text refused, the model down, a budget reached. */
  languageModel(event: string): void;
  /** The worst of all tenants. */
  drift(task: Task, worst: WorstDrift): void;
  text(): Promise<string>;
  readonly registry: Registry;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'fairlead_http_request_seconds',
    help: 'Time to answer, by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    registers,
  });
  const decisions = new Counter({
    name: 'fairlead_decisions_total',
    help: 'Decisions on the log, by mode and status',
    labelNames: ['mode', 'status'],
    registers,
  });
  const degraded = new Counter({
    name: 'fairlead_degraded_total',
    help: 'Decisions made without something, by reason code',
    labelNames: ['code'],
    registers,
  });
  const deciding = new Histogram({
    name: 'fairlead_decide_seconds',
    help: 'Time of the synchronous block that decides one order',
    buckets: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
    registers,
  });
  const spoken = new Counter({
    name: 'fairlead_language_model_total',
    help: 'What happened between the service and the language model, by event',
    labelNames: ['event'],
    registers,
  });
  const gaugeByTask = (name: string, help: string) => new Gauge({ name, help, labelNames: ['task'], registers });
  const driftStates = gaugeByTask('fairlead_model_drift_state', 'Drift of a champion: 0 none, 1 warning, 2 drifted');
  const psiMax = gaugeByTask('fairlead_model_psi_max', 'Highest population stability index of the last full window');
  const estimatedLogLoss = gaugeByTask(
    'fairlead_model_estimated_log_loss',
    'Log loss that the scores of the last full window promise of themselves',
  );
  const flushed = new Histogram({
    name: 'fairlead_flush_items',
    help: 'Decisions that one durable transaction wrote',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  new Gauge({
    name: 'fairlead_memory_bytes',
    help: 'Resident memory of the process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    registry,
    languageModel: (event) => spoken.inc({ event }),
    request: (route, method, status, seconds) => requests.observe({ route, method, status: `${status}` }, seconds),
    decision(decision, seconds) {
      decisions.inc({ mode: decision.mode, status: decision.status });
      deciding.observe(seconds);
      for (const { code } of decision.degraded) degraded.inc({ code });
    },
    drift(task, worst) {
      driftStates.set({ task }, DRIFT_STATES.indexOf(worst.state));
      psiMax.set({ task }, worst.psiMax);
      estimatedLogLoss.set({ task }, worst.estimatedLogLoss);
    },
    flush: (items) => flushed.observe(items),
    text: () => registry.metrics(),
  };
}

export function metricsRoutes(api: Api, metrics: Metrics): void {
  api.on(
    {
      method: 'get',
      path: '/metrics',
      tag: 'operations',
      summary: 'Prometheus exposition',
      roles: 'key',
      answer: { status: 200, description: 'Metrics', mediaType: 'text/plain' },
    },
    async (c) => c.text(await metrics.text(), 200, { 'content-type': metrics.registry.contentType }),
  );
}
