import { canonicalText } from '#audit/canonical.ts';
import { leafOf } from '#audit/leaf.ts';
import type { LeafPosition, NewLeaf } from '#audit/log.ts';
import { actorOf } from '#domain/principal.ts';
import { toRfc3339 } from '#domain/time.ts';
import { type Answer, answerPermitted, rendered } from '#explanation/answer.ts';
import { stuckSentences } from '#explanation/answers/blocked.ts';
import type { Directory } from '#explanation/grammar/directory.ts';
import { freshState, type LanguageModel } from '#explanation/language-model.ts';
import { createChatClient } from '#explanation/llm-client.ts';
import { answerWithModel, type Stages } from '#explanation/llm-front-end.ts';
import { decisionReasons } from '#explanation/reasons.ts';
import type { Sources } from '#explanation/sources.ts';
import { storeDirectory } from '#explanation/store-directory.ts';
import type { Policy } from '#policies/policy.ts';
import type { Summary } from '#routes/exceptions.ts';
import type { QuestionDesk } from '#routes/questions.ts';
import type { Store } from '#store/open.ts';
import { questionSources } from './question-sources.ts';

export interface QuestionDeskParts {
  readonly store: Store;
  readonly now: () => number;
  /** IANA name: where questions are asked that do not say it. */
  readonly zone: string;
  readonly policy: () => Policy;
  /** Writes leaves in a transaction of its own. */
  readonly append: (leaves: readonly NewLeaf[]) => LeafPosition[];
  /** Null: the grammar and the templates alone. */
  readonly model: LanguageModel | null;
}

/** Where the proof of a leaf is served. */
const receiptPath = ({ origin, index }: LeafPosition): string => `/v1/audit/${origin.slice(-4)}/receipt/${index}`;

/** Names change slowly; orders are looked up each time. */
const DIRECTORY_AGE_MS = 30_000;
/** A decision never changes, so what is said of it does not either. */
const MOST_SUMMARIES = 2_000;
const MOST_SENTENCES = 3;

export function createQuestionDesk({
  store,
  now,
  zone: ownZone,
  policy,
  append,
  model,
}: QuestionDeskParts): QuestionDesk {
  const bound = new Map<string, Sources>();
  const summaries = new Map<string, Summary>();
  const directories = new Map<string, { readonly directory: Directory; readonly madeAt: number }>();

  function sourcesOf(tenant: string, zone: string): Sources {
    const key = `${tenant} ${zone}`;
    const sources = bound.get(key) ?? questionSources({ store, tenant, now, zone, policy });
    if (bound.size < 100) bound.set(key, sources);
    return sources;
  }

  function directoryOf(sources: Sources): Directory {
    const known = directories.get(sources.tenant);
    if (known && now() - known.madeAt < DIRECTORY_AGE_MS) return known.directory;
    const directory = storeDirectory(sources);
    directories.set(sources.tenant, { directory, madeAt: now() });
    return directory;
  }

  return {
    async ask(principal, asked, zone, told) {
      const { tenant, roles } = principal;
      const sources = sourcesOf(tenant, zone ?? ownZone);
      let tell = told.found;
      const tellOnce = async (answer: Answer): Promise<void> => {
        const first = tell;
        tell = undefined;
        await first?.(answer);
      };
      const stages: Stages = told.found ? { ...told, found: tellOnce } : told;
      const reply =
        'planned' in asked
          ? answerPermitted(asked.planned, roles, sources)
          : await answerWithModel({ ...asked, roles }, sources, directoryOf(sources), model, stages);
      const question = 'planned' in asked ? canonicalText(asked.planned) : asked.question;
      const plan = reply.kind === 'answer' ? { plan: reply.plan, parameters: reply.parameters } : null;
      const [log] = append([
        leafOf({
          v: 1,
          type: 'answered-question',
          ts: toRfc3339(now()),
          tenant,
          actor: actorOf(principal),
          questionSha256: sources.sha256(question),
          planSha256: plan && sources.sha256(canonicalText(plan)),
          answerSha256: sources.sha256(canonicalText(reply)),
          outcome: reply.kind === 'answer' ? 'answered' : 'abstained',
          cites:
            reply.kind === 'answer'
              ? reply.citations.flatMap((cite) => (cite.kind === 'leaf' ? [cite.ref] : [])).slice(0, 100)
              : [],
        }),
      ]);
      // Where no model words them they are told once they are on the log.
      if (reply.kind === 'answer') await tellOnce(reply);
      return { ...reply, log: { ...log!, receipt: receiptPath(log!) } };
    },
    reasons(tenant, decisionId) {
      const sources = sourcesOf(tenant, ownZone);
      const found = sources.recorded(decisionId);
      return found && decisionReasons(found, sources);
    },
    exceptionSummary(tenant, decisionId) {
      const key = `${tenant} ${decisionId}`;
      const known = summaries.get(key);
      if (known) return known;
      const sources = sourcesOf(tenant, ownZone);
      const found = sources.recorded(decisionId);
      if (!found) return undefined;
      const { text, sentences, citations } = rendered(
        stuckSentences(found, sources.redecide(decisionId)).slice(0, MOST_SENTENCES),
      );
      const summary = { text, sentences, citations };
      if (summaries.size >= MOST_SUMMARIES) summaries.delete(summaries.keys().next().value!);
      summaries.set(key, summary);
      return summary;
    },
  };
}

export interface ModelOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly tokens: number;
  readonly seconds: number;
}

/** A language model as the configuration names it; nothing is sent before the first question. */
export function languageModelOf(
  options: ModelOptions,
  parts: Pick<LanguageModel, 'now' | 'random' | 'count'>,
): LanguageModel {
  return {
    ...parts,
    client: createChatClient(options),
    budget: { tokens: options.tokens, milliseconds: options.seconds * 1000 },
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    state: freshState(),
  };
}
