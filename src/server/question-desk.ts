import { canonicalText } from '#audit/canonical.ts';
import { leafOf } from '#audit/leaf.ts';
import type { LeafPosition, NewLeaf } from '#audit/log.ts';
import { sha256Hex } from '#audit/sha256.ts';
import { actorOf } from '#domain/principal.ts';
import { toRfc3339 } from '#domain/time.ts';
import type { Answer } from '#explanation/answer.ts';
import { freshState, type LanguageModel } from '#explanation/language-model.ts';
import { createChatClient } from '#explanation/llm-client.ts';
import type { Stages } from '#explanation/llm-front-end.ts';
import type { QuestionDesk } from '#routes/questions.ts';
import type { Reads } from './reads.ts';

export interface QuestionDeskParts {
  readonly reads: Pick<Reads, 'reply' | 'reasons' | 'exceptionSummary'>;
  readonly now: () => number;
  /** Writes leaves in a transaction of its own. */
  readonly append: (leaves: readonly NewLeaf[]) => LeafPosition[];
}

/** Where the proof of a leaf is served. */
const receiptPath = ({ origin, index }: LeafPosition): string => `/v1/audit/${origin.slice(-4)}/receipt/${index}`;

/** Answers are read elsewhere; here they are logged. */
export function createQuestionDesk({ reads, now, append }: QuestionDeskParts): QuestionDesk {
  return {
    async ask(principal, asked, zone, told) {
      const { tenant, roles } = principal;
      let tell = told.found;
      const tellOnce = async (answer: Answer): Promise<void> => {
        const first = tell;
        tell = undefined;
        await first?.(answer);
      };
      const stages: Stages = told.found ? { ...told, found: tellOnce } : told;
      const reply = await reads.reply(tenant, roles, asked, zone, stages);
      const question = 'planned' in asked ? canonicalText(asked.planned) : asked.question;
      const plan = reply.kind === 'answer' ? { plan: reply.plan, parameters: reply.parameters } : null;
      const [log] = append([
        leafOf({
          v: 1,
          type: 'answered-question',
          ts: toRfc3339(now()),
          tenant,
          actor: actorOf(principal),
          questionSha256: sha256Hex(question),
          planSha256: plan && sha256Hex(canonicalText(plan)),
          answerSha256: sha256Hex(canonicalText(reply)),
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
    reasons: reads.reasons,
    exceptionSummary: reads.exceptionSummary,
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
