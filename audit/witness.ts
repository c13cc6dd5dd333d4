import { createServer, type Server } from 'node:http';
import { DomainError } from '#domain/problems.ts';
import { openSideFile, type SideFile } from '#store/side-file.ts';
import { type Checkpoint, openCheckpoint, parseCheckpointBody } from './checkpoint.ts';
import type { Cosigner } from './cosigner.ts';
import { equalHashes, verifyConsistency } from './merkle.ts';
import { parseNote, type Verifier } from './note.ts';
import { sha256 } from './sha256.ts';

const SCHEMA = `CREATE TABLE IF NOT EXISTS witnessed (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL, cosignature TEXT NOT NULL
)`;
/** An old size, 63 hashes and a checkpoint with a hundred signatures stay far below. */
const MAX_REQUEST_BYTES = 65_536;

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 413 | 422;
  readonly type: string;
  readonly body: string;
}

/** C2SP tlog-witness: remembers the last checkpoint it signed of each log, and signs only what extends it. */
export interface Witness {
  /** The answer to `add-checkpoint`; what it accepts is on disk before it returns. */
  addCheckpoint(body: string): WitnessAnswer;
  /** The last checkpoint accepted, with the cosignature. */
  latest(origin: string): string | undefined;
  close(): void;
}

export interface WitnessOptions {
  /** The witness's own database: in other hands than the log's. */
  readonly file: string;
  readonly cosigner: Cosigner;
  /** The logs' keys; a name is an origin. */
  readonly logs: readonly Verifier[];
  /** Seconds since the epoch. */
  readonly now: () => number;
}

interface Request {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

function parseRequest(body: string): Request {
  const end = body.indexOf('\n\n');
  const [old, ...hashes] = body.slice(0, Math.max(0, end)).split('\n');
  const oldSize = /^old (0|[1-9]\d{0,15})$/.exec(old ?? '')?.[1];
  const proof = hashes.map((line) => Buffer.from(line, 'base64'));
  if (oldSize === undefined || proof.length > 63 || proof.some((hash, at) => hash.toString('base64') !== hashes[at]))
    throw new DomainError('invalid-data', 'expected `old <size>`, at most 63 hashes, an empty line and a checkpoint');
  if (proof.some((hash) => hash.length !== 32)) throw new DomainError('invalid-data', 'a hash has not 32 bytes');
  return { oldSize: Number(oldSize), proof, note: body.slice(end + 2) };
}

const answer = (status: WitnessAnswer['status'], body: string, type = 'text/plain; charset=utf-8'): WitnessAnswer => ({
  status,
  type,
  body,
});
const conflict = (size: number): WitnessAnswer => answer(409, `${size}\n`, 'text/x.tlog.size');

export function openWitness({ file, cosigner, logs, now }: WitnessOptions): Witness {
  const sqlite: SideFile = openSideFile(file, SCHEMA);
  const select = sqlite.prepare('SELECT size, note, cosignature FROM witnessed WHERE origin = ?');
  const upsert = sqlite.prepare(
    `INSERT INTO witnessed (origin, size, note, cosignature) VALUES (@origin, @size, @note, @cosignature)
     ON CONFLICT (origin) DO UPDATE SET size = @size, note = @note, cosignature = @cosignature`,
  );
  type Row = { size: number; note: string; cosignature: string } | undefined;
  const known = (origin: string): Row => select.get(origin) as Row;

  function judge({ oldSize, proof, note }: Request, checkpoint: Checkpoint, text: string): WitnessAnswer {
    const { origin, size, root } = checkpoint;
    if (oldSize > size) return answer(400, `the old size ${oldSize} is above the checkpoint's ${size}\n`);
    const last = known(origin);
    if (oldSize !== (last?.size ?? 0)) return conflict(last?.size ?? 0);
    if (last) {
      const lastRoot = parseCheckpointBody(parseNote(last.note).text).root;
      if (oldSize === size && !equalHashes(lastRoot, root)) return conflict(last.size);
      if (!verifyConsistency(sha256, oldSize, size, proof, lastRoot, root))
        return answer(422, `the tree of ${size} leaves does not extend the one of ${oldSize}\n`);
    } else if (proof.length) return answer(422, 'a proof from size 0 is empty\n');
    const cosignature = cosigner.cosign(text, now());
    upsert.run({ origin, size, note, cosignature });
    return answer(200, cosignature);
  }

  return {
    addCheckpoint(body) {
      let request: Request;
      let text: string;
      let origin: string;
      try {
        request = parseRequest(body);
        text = parseNote(request.note).text;
        origin = parseCheckpointBody(text).origin;
      } catch (error) {
        return answer(400, `${error instanceof Error ? error.message : String(error)}\n`);
      }
      const verifiers = logs.filter((log) => log.name === origin);
      if (verifiers.length === 0) return answer(404, `no log \`${origin}\` is known here\n`);
      try {
        openCheckpoint(request.note, verifiers);
      } catch (error) {
        return answer(403, `${error instanceof Error ? error.message : String(error)}\n`);
      }
      // Comparing with the last checkpoint and keeping the new one is one step: two requests cannot cross.
      return sqlite.transaction(() => judge(request, parseCheckpointBody(text), text)).immediate();
    },
    latest(origin) {
      const row = known(origin);
      return row && row.note + row.cosignature;
    },
    close: () => sqlite.close(),
  };
}

/** `POST /add-checkpoint`, and `GET /latest?origin=...` for those who compare. */
export function createWitnessServer(witness: Witness): Server {
  return createServer((request, response) => {
    const reply = ({ status, type, body }: WitnessAnswer) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
    const url = new URL(request.url ?? '/', 'http://witness');
    if (request.method === 'GET' && url.pathname === '/latest') {
      const note = witness.latest(url.searchParams.get('origin') ?? '');
      return reply(note === undefined ? answer(404, 'nothing was witnessed of this log\n') : answer(200, note));
    }
    if (request.method !== 'POST' || url.pathname !== '/add-checkpoint')
      return reply(answer(404, 'expected POST /add-checkpoint\n'));
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > MAX_REQUEST_BYTES) return reply(answer(413, `at most ${MAX_REQUEST_BYTES} bytes\n`));
      try {
        reply(witness.addCheckpoint(Buffer.concat(chunks).toString('utf8')));
      } catch (error) {
        // The witness's own disk failed: nothing was signed.
        response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    });
  });
}
