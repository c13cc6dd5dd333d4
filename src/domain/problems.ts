/**
 * The one table of problems: every error the service answers with or a command ends with.
 * `status` is the HTTP status, `remedy` says what the caller can do. docs/problems.md is generated from it.
 */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON', remedy: 'Send one JSON document in UTF-8.' },
  'invalid-request': {
    status: 422,
    title: 'The request does not fit its schema',
    remedy: 'Correct the fields named in `errors`; each row gives the path, what was found and what was expected.',
  },
  'unknown-reference': {
    status: 422,
    title: 'The request names something that is not known',
    remedy: 'Send the event that introduces it first, or include it in `snapshot`.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', remedy: 'Send at most the size named in `limit`.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type is not supported',
    remedy: 'Send application/json or, for events, application/cloudevents+json.',
  },
  'missing-idempotency-key': {
    status: 400,
    title: 'The Idempotency-Key header is missing',
    remedy: 'Send a key that is unique for this request; repeat it only to repeat the same request.',
  },
  'idempotency-in-flight': {
    status: 409,
    title: 'A request with this Idempotency-Key is still being decided',
    remedy: 'Wait and send the same request again.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was used for another body',
    remedy: 'Use a new key for a new request.',
  },
  unauthenticated: {
    status: 401,
    title: 'The API key is missing or not valid',
    remedy: 'Send `Authorization: Bearer pk_<id>_<secret>`.',
  },
  forbidden: { status: 403, title: 'The key has no role that allows this', remedy: 'Ask an admin for the role named.' },
  'not-found': { status: 404, title: 'There is nothing under this address', remedy: 'Check the path and the id.' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here', remedy: 'See the API description.' },
  conflict: { status: 409, title: 'The state does not allow this', remedy: 'Read the current state and try again.' },
  'order-already-held': {
    status: 409,
    title: 'Units are held for this order already',
    remedy: 'Read the decision named in `decisionId`; to decide the order again send it as `supersedes`.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', remedy: 'Wait for the seconds in `Retry-After`.' },
  'log-unavailable': {
    status: 503,
    title: 'The audit log cannot be written, so nothing was decided',
    remedy: 'Try again; nothing was held. If it lasts, check disk space and permissions.',
  },
  'not-ready': { status: 503, title: 'The service is starting or stopping', remedy: 'Try again in a moment.' },
  internal: { status: 500, title: 'The service failed', remedy: 'Report the `traceId`.' },
  'invalid-data': {
    status: 422,
    title: 'The data cannot be used',
    remedy: 'Correct the file, row and column that are named.',
  },
  'suspected-leak': {
    status: 422,
    title: 'A feature seems to contain the label',
    remedy: 'Remove the feature, or excuse it by name with --allow-leak.',
  },
  'invalid-artifact': {
    status: 422,
    title: 'A model artifact cannot be loaded',
    remedy: 'Restore the artifact from its source; a version is never edited.',
  },
  'unsupported-model': {
    status: 422,
    title: 'A model of this kind cannot be represented',
    remedy: 'Train a tree ensemble with constant leaves and one output.',
  },
  'invalid-policy': {
    status: 422,
    title: 'The policy cannot be used',
    remedy: 'Correct the file and line that are named; the revision in force stays.',
  },
  'log-broken': {
    status: 500,
    title: 'The audit log does not verify',
    remedy: 'Keep the files as they are and compare with the witness and the last export.',
  },
  'evidence-expired': {
    status: 410,
    title: 'The evidence has been removed by retention',
    remedy: 'The leaf and its proofs remain; a replay needs the evidence.',
  },
  usage: { status: 400, title: 'The command cannot be understood', remedy: 'See `fairlead help`.' },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One wrong field: where, what was found, what was expected. */
export interface FieldProblem {
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** The one error the project throws on purpose. `facts` are named values for machines; `message` is for people. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ProblemCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, message: string, facts: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
