// A load generator in a process of its own: keep-alive sockets, requests made beforehand, no HTTP library between.
// node bench/load.mjs <url> <key> <connections> <seconds> <rate or 0> <bodies file> -> one line of JSON
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [url, key, connections, seconds, rate, file] = process.argv.slice(2);
const { hostname, port } = new URL(url);
// Cut behind each order's id, which is made another one for each request of each run: units are held once for an order.
const bodies = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((body) => body.split(/(?<="orderId":"[^"]*)(?=")/));
const run = `${process.pid}-${Date.now()}`;
const path = process.env.LOAD_PATH ?? '/v1/recommendations';
let sent = 0;
const millis = [];
const statuses = {};
const begun = performance.now();
const end = begun + Number(seconds) * 1000;
const gap = Number(rate) > 0 ? 1000 / Number(rate) : 0;

function request() {
  const body = bodies[sent % bodies.length].join(`-${run}-${sent}`);
  return `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\nidempotency-key: ${run}-${sent++}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function worker() {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let due = 0;
    let buffer = Buffer.alloc(0);
    let need = -1;
    const next = () => {
      const now = performance.now();
      if (now >= end) return socket.end(resolve);
      // At a fixed rate a request is late from the moment it was due, not from when a socket was free.
      due = gap > 0 ? begun + sent * gap : now;
      const text = request();
      if (due > now) setTimeout(() => socket.write(text), due - now);
      else socket.write(text);
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
      if (need < 0) {
        const head = buffer.indexOf('\r\n\r\n');
        if (head < 0) return;
        const text = buffer.toString('latin1', 0, head);
        need = head + 4 + Number(/content-length: (\d+)/i.exec(text)[1]);
        const status = text.slice(9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      if (buffer.length < need) return;
      buffer = Buffer.alloc(0);
      need = -1;
      millis.push(performance.now() - due);
      next();
    });
  });
}

await Promise.all(Array.from({ length: Number(connections) }, worker));
const elapsed = (performance.now() - begun) / 1000;
millis.sort((a, b) => a - b);
const at = (share) => millis[Math.min(millis.length - 1, Math.floor(share * millis.length))];
console.log(
  JSON.stringify({ answers: millis.length, perSecond: millis.length / elapsed, p50: at(0.5), p99: at(0.99), statuses }),
);
