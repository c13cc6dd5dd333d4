import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '#domain/problems.ts';
import { problemsPage } from '#routes/problem.ts';
import { minimalBody } from '../request/example.ts';
import { testbed } from '../server/testbed.ts';

const PATH = '/v1/recommendations';
type Json = Record<string, never>;

describe('API manners', () => {
  it('asks every route but health and documentation for a key', async () => {
    const { app, send } = testbed();
    const description = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, Json>>;
    };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(description.paths))
      for (const method of Object.keys(methods)) {
        const response = await app.request(path.replace(/\{\w+\}/g, 'x'), { method: method.toUpperCase() });
        if (response.status !== 401) open.push(path);
      }
    expect(open.sort()).toEqual(['/docs', '/livez', '/openapi.json', '/problems/{code}', '/readyz']);
    expect((await send('GET', '/metrics')).status).toBe(200);
  });

  it.each([
    ['no key', undefined],
    ['another scheme', 'Basic abc'],
    ['a malformed key', 'Bearer pk_1_2'],
    ['an unknown key', `Bearer pk_${'0'.repeat(16)}_${'A'.repeat(43)}`],
  ])('refuses %s', async (_what, authorization) => {
    const { app } = testbed();
    const response = await app.request('/v1/decisions', { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('refuses a wrong secret, a revoked key and a role that is missing', async () => {
    const { app, keys, keyFor, key, send, clock } = testbed();
    const get = (bearer: string, path: string) => app.request(path, { headers: { authorization: `Bearer ${bearer}` } });
    const last = key.at(-1) === 'A' ? 'B' : 'A';
    expect((await get(key.slice(0, -1) + last, '/v1/decisions')).status).toBe(401);
    const planner = keyFor('acme', 'planner');
    expect((await get(planner, '/v1/decisions')).status).not.toBe(401);
    const refused = await get(planner, '/v1/keys');
    expect([refused.status, await refused.json()]).toMatchObject([403, { roles: ['admin'] }]);
    keys.revoke('acme', planner.split('_')[1]!, clock.now);
    expect((await get(planner, '/v1/decisions')).status).toBe(401);
    expect((await send('GET', '/v1/keys')).status).toBe(403);
  });

  it('keeps one tenant from another', async () => {
    const { app, keyFor, send } = testbed();
    const { decisionId } = (await (await send('POST', PATH, minimalBody())).json()) as { decisionId: string };
    const path = `/v1/decisions/${decisionId}`;
    expect((await send('GET', path)).status).toBe(200);
    const stranger = keyFor('globex', 'planner');
    expect((await app.request(path, { headers: { authorization: `Bearer ${stranger}` } })).status).toBe(404);
  });

  it('makes, lists and revokes keys, and shows a secret once', async () => {
    const { app, keyFor } = testbed();
    const headers = { authorization: `Bearer ${keyFor('acme', 'admin')}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ roles: ['planner'], note: 'desk 4' });
    const made = await app.request('/v1/keys', { method: 'POST', headers, body });
    expect(made.status).toBe(201);
    const { keyId, key } = (await made.json()) as { keyId: string; key: string };
    const list = await (await app.request('/v1/keys', { headers })).text();
    expect(list).toContain(keyId);
    expect(list).not.toContain(/^pk_[^_]+_(.+)$/.exec(key)![1]);
    expect((await app.request(`/v1/keys/${keyId}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await app.request('/v1/keys/none', { method: 'DELETE', headers })).status).toBe(404);
    const wrong = await app.request('/v1/keys', { method: 'POST', headers, body: '{"roles":["king"]}' });
    expect(await wrong.json()).toMatchObject({ errors: [{ path: '/roles/0', found: '`king`' }] });
  });

  it.each([
    ['text that is not JSON', '{"order":', 400, 'malformed-json'],
    ['an empty body', '', 400, 'malformed-json'],
    ['a JSON null', 'null', 422, 'invalid-request'],
  ])('refuses %s', async (_what, body, status, code) => {
    const { send } = testbed();
    const response = await send('POST', PATH, body);
    expect([response.status, await response.json()]).toMatchObject([status, { type: `/problems/${code}` }]);
  });

  it('refuses bytes that are not UTF-8, another media type, and another method', async () => {
    const { app, key, send } = testbed();
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'k', 'content-type': 'application/json' };
    const bytes = await app.request(PATH, { method: 'POST', headers, body: new Uint8Array([0x22, 0xff, 0x22]) });
    expect([bytes.status, await bytes.json()]).toMatchObject([400, { detail: expect.stringContaining('UTF-8') }]);
    expect((await send('POST', PATH, minimalBody(), { 'content-type': 'text/plain' })).status).toBe(415);
    const zipped = await send('POST', PATH, 'xx', { 'content-encoding': 'gzip' });
    expect([zipped.status, await zipped.json()]).toMatchObject([415, { detail: expect.stringContaining('`gzip`') }]);
    const put = await send('PUT', PATH, minimalBody());
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await send('GET', '/v1/nothing')).status).toBe(404);
  });

  it('refuses 10 MB, declared or streamed, without reading them to the end', async () => {
    const { app, key, log } = testbed();
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'k', 'content-type': 'application/json' };
    const declared = await app.request(PATH, {
      method: 'POST',
      headers: { ...headers, 'content-length': '10000000' },
      body: ' '.repeat(10_000_000),
    });
    expect(declared.status).toBe(413);
    let pulled = 0;
    const stream = new ReadableStream({
      pull(controller) {
        pulled += 1_000_000;
        controller.enqueue(new Uint8Array(1_000_000).fill(0x20));
      },
    });
    const streamed = await app.request(
      new Request(`http://x${PATH}`, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit),
    );
    expect([streamed.status, await streamed.json()]).toMatchObject([413, { limit: 8_388_608 }]);
    expect(pulled).toBeLessThan(12_000_000);
    expect(log.heads()).toEqual([]);
  });

  it('names a wrong moment once', async () => {
    const { send } = testbed();
    const response = await send('GET', '/v1/decisions?from=yesterday');
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(1);
  });

  it.each([
    ['status=EXCEPTION&status=NOT_SOURCED', '/status', 'a list of 2', /^one of/],
    ['from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z', '/from', '`2026-12-01T00:00:00Z`', /before `to`/],
    [`cursor=${Buffer.from("x' or 1").toString('base64url')}`, '/cursor', `\`eCcgb3IgMQ\``, /`next`/],
    ['limit=501', '/limit', '`501`', /1 to 500/],
    ['orderId=a%01b', '/orderId', '`a\\u0001b`', /without control/],
  ])('refuses the query %s', async (query, path, found, expected) => {
    const { send } = testbed();
    const response = await send('GET', `/v1/decisions?${query}`);
    const { errors } = (await response.json()) as { errors: { path: string; found: string; expected: string }[] };
    expect([response.status, errors]).toEqual([422, [{ path, found, expected: expect.stringMatching(expected) }]]);
  });

  it('tells a text from the number it spells, and names a missing media type', async () => {
    const { send } = testbed();
    const body = minimalBody();
    const wrong = { order: { ...body.order, lines: [{ ...body.order.lines[0], orderedQty: '3' }] } };
    const found = '/order/lines/0/orderedQty: found the text `3`, expected a whole number from 1 to 1000000';
    expect(await (await send('POST', PATH, wrong)).json()).toMatchObject({ detail: found });
    const untyped = await send('POST', PATH, body, { 'content-type': '' });
    expect(await untyped.json()).toMatchObject({ detail: 'found no media type; expected application/json' });
  });

  it('goes on with the trace of the caller', async () => {
    const { send } = testbed();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const parent = `00-${traceId}-00f067aa0ba902b7-01`;
    const good = await send('GET', '/livez', undefined, { traceparent: parent });
    expect(good.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    const bad = await send('GET', '/v1/nothing', undefined, { traceparent: parent });
    expect(await bad.json()).toMatchObject({ traceId });
    const refused = await send('GET', '/v1/decisions/unknown', undefined, { traceparent: parent });
    for (const { headers } of [bad, refused])
      expect(headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    const fresh = await send('GET', '/livez', undefined, { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` });
    expect(fresh.headers.get('traceparent')).not.toContain('0'.repeat(32));
  });

  it('slows down a key that asks too often, and says so before and after', async () => {
    const { send, clock } = testbed({}, 3);
    const first = await send('GET', '/v1/decisions');
    expect([first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
      '"key";q=3;w=60',
      '"key";r=2;t=20',
    ]);
    // A refused request counts, and carries the headers too.
    const wrong = await send('GET', '/v1/decisions?limit=0');
    expect([wrong.status, wrong.headers.get('ratelimit')]).toEqual([422, '"key";r=1;t=40']);
    await send('GET', '/v1/decisions');
    const refused = await send('GET', '/v1/decisions');
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('ratelimit')]).toEqual([
      429,
      '20',
      '"key";r=0;t=60',
    ]);
    expect((await send('GET', '/livez')).headers.get('ratelimit')).toBeNull();
    clock.now += 20_000;
    expect((await send('GET', '/v1/decisions')).status).toBe(200);
    expect((await send('GET', '/v1/decisions')).status).toBe(429);
  });

  it('reports what fails and tells the caller no more than a trace id', async () => {
    const { send, reports } = testbed({
      decide: () => {
        throw new Error('secret detail');
      },
    });
    const response = await send('POST', PATH, minimalBody());
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
    expect(reports).toHaveLength(1);
  });

  it('counts what it does', async () => {
    const { send } = testbed();
    await send('POST', PATH, minimalBody());
    const text = await (await send('GET', '/metrics')).text();
    expect(text).toContain('fairlead_decisions_total{mode="quote",status="FULLY_SOURCED"} 1');
    expect(text).toContain(
      'fairlead_http_request_seconds_count{route="/v1/recommendations",method="POST",status="200"} 1',
    );
    expect(text).toContain('fairlead_degraded_total{code="MODEL_UNAVAILABLE"} 1');
  });

  it('serves the log: receipt after the next checkpoint, checkpoint, tiles, entries by role', async () => {
    const { app, send, checkpointer, keyFor } = testbed();
    const { decisionId } = (await (await send('POST', PATH, minimalBody())).json()) as { decisionId: string };
    expect((await send('GET', `/v1/decisions/${decisionId}/receipt`)).status).toBe(503);
    checkpointer.tick();
    const receipt = await send('GET', `/v1/decisions/${decisionId}/receipt`);
    expect(await receipt.text()).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 0\n/);
    const checkpoint = await (await send('GET', '/v1/audit/2026/checkpoint')).text();
    expect(checkpoint.split('\n').slice(0, 2)).toEqual(['log.example/acme/2026', '1']);
    const tile = await send('GET', '/v1/audit/2026/tile/0/000.p/1');
    expect([tile.status, (await tile.arrayBuffer()).byteLength, tile.headers.get('cache-control')]).toEqual([
      200,
      32,
      // The key says whose log it is, so no cache may share it.
      'private, max-age=31536000, immutable',
    ]);
    for (const path of ['checkpoint', 'tile/0/000.p/1', 'tile/entries/000.p/1']) {
      const etag = (await send('GET', `/v1/audit/2026/${path}`)).headers.get('etag')!;
      const headers = { 'if-none-match': `"other", W/${etag}` };
      const known = await send('GET', `/v1/audit/2026/${path}`, undefined, headers);
      expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const before = (await send('GET', '/v1/audit/2026/checkpoint')).headers;
    expect(before.get('cache-control')).toBe('private, no-cache');
    await send('POST', PATH, minimalBody());
    checkpointer.tick();
    const newer = await send('GET', '/v1/audit/2026/checkpoint', undefined, { 'if-none-match': before.get('etag')! });
    expect([newer.status, (await newer.text()).split('\n')[1]]).toEqual([200, '2']);
    const entries = '/v1/audit/2026/tile/entries/000.p/1';
    expect(await (await send('GET', entries)).text()).toContain(decisionId);
    const planner = { headers: { authorization: `Bearer ${keyFor('acme', 'planner')}` } };
    expect((await app.request(entries, planner)).status).toBe(403);
    for (const path of ['tile/0/001', 'tile/0/000', 'tile/9/000', 'tile/0/x', 'tile/entries/001'])
      expect((await send('GET', `/v1/audit/2026/${path}`)).status).toBe(404);
    expect((await send('GET', '/v1/audit/1999/checkpoint')).status).toBe(404);
  });
});

describe('descriptions', () => {
  it('OpenAPI 3.1 names every route with its schemas, key and problems', async () => {
    const { app } = testbed();
    const description = (await (await app.request('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, Json>>;
    };
    expect(description.openapi).toBe('3.1.0');
    const recommend = description.paths[PATH]!['post'] as unknown as {
      parameters: unknown[];
      requestBody: { content: Record<string, { schema: unknown }> };
      responses: Record<string, unknown>;
    };
    expect(recommend.parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', required: true }));
    expect(recommend.requestBody.content['application/json']!.schema).toEqual({
      $ref: '#/components/schemas/RecommendationRequest',
    });
    expect(Object.keys(recommend.responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
  });

  it('describes each shared schema once, under a name that everything refers to', async () => {
    const { app } = testbed();
    const text = await (await app.request('/openapi.json')).text();
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const named = Object.keys(components.schemas);
    expect(named).toEqual(expect.arrayContaining(['Answer', 'CloudEvents', 'Lane', 'Problem', 'SupplyPositionData']));
    const refs = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref!);
    expect([...new Set(refs)].sort()).toEqual(named.map((name) => `#/components/schemas/${name}`).sort());
    expect(text).not.toContain('$defs');
    // It was 420 KB with every schema written out where it stands.
    expect(text.length).toBeLessThan(140_000);
  });

  it.each(['/docs', '/openapi.json'])('sends %s packed to those who take that, and not again', async (path) => {
    const { app } = testbed();
    const plain = await app.request(path);
    const packed = await app.request(path, { headers: { 'accept-encoding': 'br, gzip' } });
    expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    const bytes = Buffer.from(await packed.arrayBuffer());
    expect(bytes.length).toBeLessThan(40_000);
    expect(gunzipSync(bytes).toString()).toBe(await plain.text());
    const refused = await app.request(path, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(refused.headers.get('content-encoding')).toBeNull();
    const again = { 'if-none-match': plain.headers.get('etag')! };
    expect((await app.request(path, { headers: again })).status).toBe(304);
  });

  it('the page for people needs no other host', async () => {
    const { app } = testbed();
    const page = await (await app.request('/docs')).text();
    expect(page).toContain('/v1/recommendations/batch');
    expect(page).not.toMatch(/<script|https?:\/\/(?!json-schema\.org)|src=/);
  });

  it('docs/problems.md is the table, and each problem has a page', async () => {
    expect(readFileSync('docs/problems.md', 'utf8')).toBe(problemsPage());
    const { app } = testbed();
    for (const code of Object.keys(PROBLEMS)) expect((await app.request(`/problems/${code}`)).status).toBe(200);
    expect((await app.request('/problems/none')).status).toBe(404);
  });
});
