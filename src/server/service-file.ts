import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Where the service of a data folder listens, written while it does: commands beside it need not be told. */
export interface ServiceFile {
  readonly url: string;
  readonly pid: number;
}

/** A name to bind to is not always one to call. */
const callable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

export const urlOf = (host: string, port: number): string => `http://${callable(host)}:${port}`;

export function writeServiceFile(file: string, service: ServiceFile): void {
  writeFileSync(file, `${JSON.stringify(service)}\n`, { mode: 0o600 });
}

/** Leaves a file that another process has written since. */
export function removeServiceFile(file: string, pid: number): void {
  if (readServiceFile(file)?.pid === pid) rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process runs all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined where there is none, or where the process that wrote it has ended without taking it away. */
export function readServiceFile(file: string): ServiceFile | undefined {
  try {
    const { url, pid } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ServiceFile>;
    return typeof url === 'string' && typeof pid === 'number' && isRunning(pid) ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}
