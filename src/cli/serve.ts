import { parseArgs } from 'node:util';
import { dataFiles, readConfig } from '#src/config.ts';
import { type Command, EXIT, type Terminal } from './command.ts';

/** Resolves when the process is asked to end; a second signal ends it at once. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
  });
}

function announce(terminal: Terminal, url: string, firstKey: string | null, folder: string): void {
  const ready = `fairlead is ready at ${url} (API ${url}/docs, data ${folder})\n`;
  terminal.out(firstKey ? `${ready}admin key, shown this once: ${firstKey}\n` : ready);
}

export const serve: Command = {
  summary: 'run the service',
  usage: `fairlead serve [--port <n>] [--host <name>] [--data <folder>] [--policy <file[,file]>] [--models <folder>]
  --port    0 takes any that is free (FAIRLEAD_PORT, 8080)
  --host    (FAIRLEAD_HOST, 127.0.0.1)
  --data    database, keys and logs (FAIRLEAD_HOME)
  --policy  policy files, wide to narrow (FAIRLEAD_POLICY)
  --models  model registry (FAIRLEAD_MODELS)
Further: FAIRLEAD_LOG_HOST, FAIRLEAD_AUDIT_KEY, FAIRLEAD_HOLD_MINUTES, FAIRLEAD_TENANT,
FAIRLEAD_RATE_LIMIT (requests a minute for each key, 300000; 0 sets none), and
FAIRLEAD_WITNESS with FAIRLEAD_WITNESS_KEY: the witness that every checkpoint is sent to.`,
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        policy: { type: 'string' },
        models: { type: 'string' },
      },
    });
    const { port, host, data, policy, models } = values;
    const given = {
      FAIRLEAD_PORT: port,
      FAIRLEAD_HOST: host,
      FAIRLEAD_HOME: data,
      FAIRLEAD_POLICY: policy,
      FAIRLEAD_MODELS: models,
    };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const config = readConfig({ ...process.env, ...set });
    const { startService } = await import('../server.ts');
    // Listened for before anybody can read that the service is ready: a signal in between would kill it undrained.
    const asked = untilSignal();
    const running = await startService(config, terminal.err);
    announce(terminal, running.url, running.firstKey, dataFiles(config.dataFolder).store);
    for (const task of running.service.tasksWithoutModel())
      terminal.err(
        `no ${task} model is in force: \`${config.modelsFolder}\` has none that loads; orders say so in degraded\n`,
      );
    await asked;
    terminal.err('stopping: open requests are answered, the last checkpoint is signed\n');
    await running.stop();
    return EXIT.ok;
  },
};
