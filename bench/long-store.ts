import { existsSync, rmSync } from 'node:fs';
import { bodiesFile, load, scratch, serveDist, tell } from './harness.ts';
import { lengthenLog } from './long-log.ts';
import { benchWorld } from './service-world.ts';

export interface LongStore {
  /** Of a service: FAIRLEAD_HOME. */
  readonly data: string;
  /** Removes it, unless its folder was named. */
  drop(): void;
}

/** Some decisions by a real service, then copies of them; the key of the service. */
export async function liveLong(folder: string, data: string, decisions: number, at: number): Promise<string> {
  const first = await serveDist(data);
  await tell(first, benchWorld(at));
  load(first, bodiesFile(folder, 200, at), 8, 4);
  await first.stop();
  lengthenLog(data, decisions);
  return first.key;
}

/** A data folder with so many decisions. A folder that is named is kept, and used again where it is there. */
export async function longStore(decisions: number, kept: string | undefined): Promise<LongStore> {
  const folder = kept ?? scratch();
  const data = `${folder}/data`;
  const drop = (): void => {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  };
  if (existsSync(data)) return { data, drop };
  try {
    await liveLong(folder, data, decisions, Date.now());
    return { data, drop };
  } catch (error) {
    drop();
    throw error;
  }
}
