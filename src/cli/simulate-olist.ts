import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { DomainError } from '#domain/problems.ts';
import { readConfig, shipped } from '#src/config.ts';
import { compareOnRealOrders, type Decider } from '#training/simulation/olist/compare.ts';
import { SCARCITY_LEVELS, type Scarcity } from '#training/simulation/olist/network.ts';
import { policyOf } from '#training/simulation/olist/policy.ts';
import { comparisonText, resultsPage } from '#training/simulation/olist/report.ts';
import { openService } from '../server/service.ts';
import { EXIT, type ExitCode, type Terminal } from './command.ts';

function wholeOption(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new DomainError('usage', `\`--${name}\` is \`${text}\`; expected a whole number from 1 to ${most}`);
  return value;
}

function scarcityOption(text: string): Scarcity[] {
  return text.split(',').map((part) => {
    const level = SCARCITY_LEVELS.find((name) => name === part);
    if (!level)
      throw new DomainError('usage', `\`--scarcity\` has \`${part}\`; expected ${SCARCITY_LEVELS.join(', ')}`);
    return level;
  });
}

/**
 * The whole service on a free port, in memory, with a clock that shows the moment of the order it is asked about:
 * orders of another year are decided as if it were their day.
 */
async function openDecider(modelsFolder: string, policyFile: string, report: (text: string) => void): Promise<Decider> {
  let clock = 0;
  const config = {
    ...readConfig({}),
    port: 0,
    dataFolder: ':memory:',
    modelsFolder,
    policyFiles: [policyFile],
  };
  const service = openService(config, {
    now: () => clock,
    random: randomBytes,
    report: (error) => report(`${error instanceof Error ? error.message : String(error)}\n`),
  });
  const { key } = service.keys.create({
    tenant: config.tenant,
    roles: ['orchestrator'],
    note: 'comparison on real orders',
    now: clock,
    random: randomBytes,
  });
  const server = createAdaptorServer({ fetch: service.app.fetch });
  // Training on the way takes longer than an idle connection is kept by default, and a closed one fails the next order.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, config.host, resolve));
  const url = `http://${config.host}:${(server.address() as AddressInfo).port}/v1/recommendations`;
  return {
    async decide(body, at) {
      clock = at;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as {
        title?: string;
        detail?: string;
        degraded?: { message: string }[];
        chosen: { shipments: { nodeId: string; carrierService: string; assignments: [] }[] } | null;
      };
      if (!response.ok)
        throw new DomainError(
          'invalid-data',
          `order \`${body.order.orderId}\` was refused: ${answer.detail ?? answer.title}`,
        );
      return answer.chosen ? { shipments: answer.chosen.shipments } : null;
    },
    refresh: () => service.tick(),
    async stop() {
      service.stopping();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      service.close();
    },
  };
}

export async function simulateOlist(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      orders: { type: 'string', default: '1500' },
      scarcity: { type: 'string', default: SCARCITY_LEVELS.join(',') },
      seeds: { type: 'string', default: '10' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.data === undefined) throw new DomainError('usage', '`--data <folder>` is missing');
  const orders = wholeOption('orders', values.orders, 100_000);
  const seeds = wholeOption('seeds', values.seeds, 100);
  const scarcity = scarcityOption(values.scarcity);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-policy-'));
  const policyFile = join(folder, 'olist.policy.yaml');
  try {
    writeFileSync(policyFile, policyOf(readFileSync(join(shipped.policies, 'default.policy.yaml'), 'utf8')));
    const comparison = await compareOnRealOrders({
      folder: values.data,
      orders,
      scarcity,
      seeds,
      open: (models) => openDecider(models, policyFile, terminal.err),
      level: (comparison) => {
        if (values.out === undefined) return;
        const asked = `--data <folder> --orders ${orders} --scarcity ${scarcity.join(',')} --seeds ${seeds}`;
        writeFileSync(values.out, resultsPage(asked, comparisonText(comparison)));
      },
      progress: (label) => {
        terminal.err(terminal.interactive ? `\r${label.padEnd(60)}` : `${label}\n`);
      },
    });
    if (terminal.interactive) terminal.err(`\r${' '.repeat(60)}\r`);
    terminal.out(values.json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return EXIT.ok;
}
