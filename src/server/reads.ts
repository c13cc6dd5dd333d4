import type { Role } from '#domain/principal.ts';
import { answerPermitted, type Reply, rendered } from '#explanation/answer.ts';
import { stuckSentences } from '#explanation/answers/blocked.ts';
import type { Directory } from '#explanation/grammar/directory.ts';
import type { LanguageModel } from '#explanation/language-model.ts';
import { answerWithModel, type Stages } from '#explanation/llm-front-end.ts';
import { type DecisionReasons, decisionReasons } from '#explanation/reasons.ts';
import type { Sources } from '#explanation/sources.ts';
import { type DecidedNames, noNames, storeDirectory } from '#explanation/store-directory.ts';
import { type KpiId, type KpiQuery, type KpiRow, measureKpis } from '#kpis/measure.ts';
import type { Policy } from '#policies/policy.ts';
import type { Summary } from '#routes/exceptions.ts';
import type { Asked } from '#routes/questions.ts';
import type { Store } from '#store/open.ts';
import { questionSources } from './question-sources.ts';

/** Reads that go through much of the log. They only read, so they can run beside the thread that decides. */
export interface Reads {
  kpis(tenant: string, query: KpiQuery, ids?: readonly KpiId[]): Promise<readonly KpiRow[]>;
  /** Answers a question, or says why not; logs nothing. */
  reply(tenant: string, roles: readonly Role[], asked: Asked, zone: string | undefined, stages: Stages): Promise<Reply>;
  /** Undefined for an unknown decision, or one whose evidence has been removed; so too below. */
  reasons(tenant: string, decisionId: string): Promise<DecisionReasons | undefined>;
  /** Two or three sentences about an exception. */
  exceptionSummary(tenant: string, decisionId: string): Promise<Summary | undefined>;
}

export interface ReadsParts {
  readonly store: Store;
  readonly now: () => number;
  /** IANA name: where questions are asked that do not say it. */
  readonly zone: string;
  readonly policy: () => Policy;
  /** Null: the grammar and the templates alone. */
  readonly model: LanguageModel | null;
}

/** Names change slowly; orders are looked up each time. */
const DIRECTORY_AGE_MS = 30_000;
/** A decision never changes, so what is said of it does not either. */
const MOST_SUMMARIES = 2_000;
const MOST_SENTENCES = 3;

export function createReads({ store, now, zone: ownZone, policy, model }: ReadsParts): Reads {
  const bound = new Map<string, Sources>();
  const summaries = new Map<string, Summary>();
  const directories = new Map<
    string,
    { readonly directory: Directory; readonly madeAt: number; readonly decided: DecidedNames }
  >();

  function sourcesOf(tenant: string, zone: string): Sources {
    const key = `${tenant} ${zone}`;
    const sources = bound.get(key) ?? questionSources({ store, tenant, now, zone, policy });
    if (bound.size < 100) bound.set(key, sources);
    return sources;
  }

  function directoryOf(sources: Sources): Directory {
    const known = directories.get(sources.tenant);
    if (known && now() - known.madeAt < DIRECTORY_AGE_MS) return known.directory;
    const decided = known?.decided ?? noNames();
    const directory = storeDirectory(sources, decided);
    directories.set(sources.tenant, { directory, madeAt: now(), decided });
    return directory;
  }

  return {
    kpis: async (tenant, query, ids) => measureKpis(store, tenant, query, ids),
    async reply(tenant, roles, asked, zone, stages) {
      const sources = sourcesOf(tenant, zone ?? ownZone);
      return 'planned' in asked
        ? answerPermitted(asked.planned, roles, sources)
        : answerWithModel({ ...asked, roles }, sources, directoryOf(sources), model, stages);
    },
    async reasons(tenant, decisionId) {
      const sources = sourcesOf(tenant, ownZone);
      const found = sources.recorded(decisionId);
      return found && decisionReasons(found, sources);
    },
    async exceptionSummary(tenant, decisionId) {
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
