import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createCosigner } from '#audit/cosigner.ts';
import { loadLogKeys } from '#audit/keys.ts';
import { createVerifier } from '#audit/note.ts';
import { createWitnessServer, openWitness } from '#audit/witness.ts';
import { dataFiles, readConfig } from '#src/config.ts';
import { startService } from '#src/server.ts';
import { inlineBody } from '../request/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-rolled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a service whose database was exchanged for an older copy does not start', async () => {
  const data = join(folder, 'data');
  const origin = `fairlead.local/default/${new Date().getUTCFullYear()}`;
  const config = { ...readConfig({}), port: 0, dataFolder: data, modelsFolder: join(folder, 'none') };
  const errors: string[] = [];
  const first = await startService(config, (text) => errors.push(text));
  const send = async ({ url }: { url: string }, number: number) => {
    const response = await fetch(`${url}/v1/recommendations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${first.firstKey}`,
        'idempotency-key': `k${number}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...inlineBody(), mode: 'quote' }),
    });
    expect(response.status).toBe(200);
  };
  await send(first, 1);
  await first.stop();
  cpSync(data, join(folder, 'backup'), { recursive: true });

  const [signer] = loadLogKeys({ file: dataFiles(data).auditKey }).signersFor(origin);
  const cosigner = createCosigner('witness.example/one', new Uint8Array(32).fill(11));
  const logs = [createVerifier(signer!.verifierKey)];
  const witness = openWitness({ file: join(folder, 'witness.db'), cosigner, logs, now: () => 1_767_312_000 });
  const listening = createWitnessServer(witness);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const witnessed = { ...config, witness: { url, verifierKey: cosigner.verifierKey } };

  const second = await startService(witnessed, (text) => errors.push(text));
  await send(second, 2);
  second.service.tick();
  await second.service.follow();
  await second.stop();
  expect(errors).toEqual([]);
  expect(witness.latest(origin)).toMatch(/\n2\n/);

  rmSync(data, { recursive: true });
  cpSync(join(folder, 'backup'), data, { recursive: true });
  await expect(startService(witnessed, (text) => errors.push(text))).rejects.toThrow(
    /has 1 leaves; the witness has signed 2/,
  );
  listening.closeAllConnections();
  listening.close();
  witness.close();
});
