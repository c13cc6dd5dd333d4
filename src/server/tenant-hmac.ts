import { createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const KEY_BYTES = 32;

/** The key in the file, which is made with mode 0600 when there is none. */
export function loadHmacKey(file: string, random: (bytes: number) => Uint8Array): Uint8Array {
  if (!existsSync(file)) writeFileSync(file, random(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  return readFileSync(file);
}

/** HMAC-SHA-256 (hex) under a secret of each tenant: names Idempotency-Keys in the log without showing them. */
export function createTenantHmac(key: Uint8Array): (tenant: string, text: string) => string {
  const secrets = new Map<string, Buffer>();
  return (tenant, text) => {
    let secret = secrets.get(tenant);
    if (!secret) {
      secret = Buffer.from(hkdfSync('sha256', key, '', `fairlead tenant ${tenant}`, KEY_BYTES));
      secrets.set(tenant, secret);
    }
    return createHmac('sha256', secret).update(text).digest('hex');
  };
}
