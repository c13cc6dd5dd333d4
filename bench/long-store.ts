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

/** A data folder with so many decisions. A folder that is named is kept, and used again where it is there. */
export async function longStore(decisions: number, kept: string | undefined): Promise<LongStore> {
  const folder = kept ?? scratch();
  const data = `${folder}/data`;
  const drop = (): void => {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  };
  if (existsSync(data)) return { data, drop };
  try {
    const at = Date.now();
    const first = await serveDist(data);
    await tell(first, benchWorld(at));
    load(first, bodiesFile(folder, 200, at), 8, 4);
    await first.stop();
    lengthenLog(data, decisions);
    return { data, drop };
  } catch (error) {
    drop();
    throw error;
  }
}
