import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { applyRetention, holdsInForce, liftHold, placeHold } from '#audit/retention.ts';
import { DomainError } from '#domain/problems.ts';
import { DAY_MS } from '#domain/time.ts';
import { dataOption, OPERATOR, openAuditData, tenantOf } from './audit-data.ts';
import { type Command, EXIT } from './command.ts';

export const auditRetain: Command = {
  summary: 'remove evidence older than a number of days, unless a legal hold covers it',
  usage: `fairlead audit retain (--days <n> | --before <time>) [--tenant <tenant>] [--data <folder>]
  Leaves are never removed; a replay of what was removed says that its evidence has expired.`,
  run: async (args, terminal) => {
    const options = {
      ...dataOption,
      days: { type: 'string' },
      before: { type: 'string' },
      tenant: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const now = Date.now();
    const before =
      values.before === undefined ? now - Number(values.days ?? Number.NaN) * DAY_MS : Date.parse(values.before);
    if (!(before <= now)) throw new DomainError('usage', auditRetain.usage);
    const { store, log } = openAuditData(values.data);
    try {
      const tenant = tenantOf(log, values.tenant);
      const result = applyRetention(store, log, { tenant, before, actor: OPERATOR, ts: new Date(now).toISOString() });
      terminal.out(
        `removed ${result.blobs} pieces of evidence and ${result.personal} of personal data; ${result.held} old decisions are held\n`,
      );
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};

export const auditHold: Command = {
  summary: 'place, list or lift legal holds: what they cover survives retention',
  usage: `fairlead audit hold [--order <orderId> | --all] --reason <text>   places one
fairlead audit hold --lift <holdId> --reason <text>               lifts one
fairlead audit hold                                               lists those in force
  [--tenant <tenant>] [--data <folder>]`,
  run: async (args, terminal) => {
    const text = { type: 'string' } as const;
    const options = {
      ...dataOption,
      tenant: text,
      order: text,
      lift: text,
      reason: text,
      all: { type: 'boolean' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { order, lift, reason, all } = values;
    const { store, log } = openAuditData(values.data);
    try {
      const tenant = tenantOf(log, values.tenant);
      const act = { actor: OPERATOR, ts: new Date().toISOString() };
      const changes = order !== undefined || all === true || lift !== undefined;
      if (changes && !reason)
        throw new DomainError('usage', '--reason: found none, expected why the hold is placed or lifted');
      if (lift !== undefined)
        return liftHold(store, log, tenant, lift, { ...act, reason: reason! }) ? EXIT.ok : EXIT.negative;
      if (changes)
        placeHold(store, log, { holdId: randomUUID(), tenant, orderId: order ?? null, reason: reason! }, act);
      for (const hold of holdsInForce(store, tenant))
        terminal.out(`${hold.holdId}  ${hold.orderId ?? 'the whole tenant'}  ${hold.reason}\n`);
      return EXIT.ok;
    } finally {
      store.close();
    }
  },
};
