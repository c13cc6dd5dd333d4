import type { Role } from '#domain/principal.ts';
import { ANSWERS } from './answers/answers.ts';
import type { Answerer, Draft, Plot, Sentence, Slot, Slots, Table } from './answers/draft.ts';
import { scopeOf } from './answers/scope.ts';
import { planNamed } from './catalogue/catalogue.ts';
import type { Directory } from './grammar/directory.ts';
import type { Parameters } from './grammar/slots.ts';
import { type Abstention, type AbstentionKind, type PlannedQuestion, understand } from './grammar/understand.ts';
import { marksOf, type VegaLite, vegaLite } from './plotted.ts';
import type { Cite, Sources } from './sources.ts';

export interface Answer {
  readonly kind: 'answer';
  readonly plan: string;
  readonly parameters: Parameters;
  readonly frontEnd: 'grammar' | 'llm';
  /** True where a language model was wanted and the template answered instead. */
  readonly degraded: boolean;
  readonly text: string;
  /** Each with the numbers of its citations. */
  readonly sentences: readonly { readonly text: string; readonly cites: readonly number[] }[];
  /** Every figure and name that a sentence shows, by `sentence.slot`. */
  readonly figures: Readonly<Record<string, Slot>>;
  readonly table: Table | null;
  /** Null where a plot says no more than the table. */
  readonly plot: (Plot & { readonly vegaLite: VegaLite }) | null;
  readonly citations: readonly Cite[];
  readonly notes: readonly string[];
}

export interface Refusal extends Abstention {
  readonly kind: 'abstention';
  readonly frontEnd: 'grammar' | 'llm';
  readonly degraded: boolean;
}
export type Reply = Answer | Refusal;

/** Puts the slots into a template; a slot that is not there is a mistake of ours. */
export function fill(template: string, slots: Slots): string {
  return template.replace(/\{\{([\w.]+)\}\}/g, (_whole, name: string) => {
    const slot = slots[name];
    if (!slot) throw new TypeError(`the template names \`${name}\`, which is not among its slots`);
    return slot.shown;
  });
}

export function refusal(
  abstain: AbstentionKind,
  message: string,
  frontEnd: Refusal['frontEnd'] = 'grammar',
  degraded = false,
): Refusal {
  return { kind: 'abstention', abstain, message, choices: [], frontEnd, degraded };
}

/** Sentences with their citations numbered, each cited leaf or query once. */
export function rendered(sentences: readonly Sentence[]): Pick<Answer, 'text' | 'sentences' | 'figures' | 'citations'> {
  const citations: Cite[] = [];
  const keys = new Map<string, number>();
  const figures: Record<string, Slot> = {};
  const lines = sentences.map(({ template, slots, cites }, index) => {
    for (const [name, slot] of Object.entries(slots)) figures[`${index}.${name}`] = slot;
    const numbers = cites.map((cite) => {
      const key = cite.kind === 'leaf' ? cite.ref : cite.sha256;
      if (!keys.has(key)) keys.set(key, citations.push(cite));
      return keys.get(key)!;
    });
    return { text: fill(template, slots), cites: [...new Set(numbers)] };
  });
  return { text: lines.map(({ text }) => text).join(' '), sentences: lines, figures, citations };
}

/** The table as far as the plan's cap, and its plot. */
function tabled({ table, plot }: Draft, rowCap: number): Pick<Answer, 'table' | 'plot'> {
  const capped = table && { columns: table.columns, rows: table.rows.slice(0, rowCap) };
  const marks = capped && plot ? marksOf(plot, capped) : [];
  return { table: capped, plot: plot && marks.length > 0 ? { ...plot, vegaLite: vegaLite(plot, marks) } : null };
}

/** What a plan says, from the log and its tables alone. */
export function answerPlan(planned: PlannedQuestion, sources: Sources, notes: readonly string[] = []): Reply {
  return draftedAnswer(planned, sources, notes).reply;
}

/** The same, with the sentences before their slots were filled. */
export function draftedAnswer(
  { plan, parameters }: PlannedQuestion,
  sources: Sources,
  notes: readonly string[],
): { readonly reply: Reply; readonly sentences: readonly Sentence[] } {
  const entry = planNamed(plan);
  const answerer: Answerer | undefined = ANSWERS[plan];
  if (!entry || !answerer) throw new TypeError(`there is no plan \`${plan}\``);
  const made = answerer(parameters, sources);
  const { sentences } = made;
  if (sentences.length === 0) {
    const scope = scopeOf(parameters, sources).shown;
    const why = entry.without ? `${entry.without} (${scope})` : 'nothing on record answers it';
    const reply = refusal('no_data', `The question is understood, but ${why}.`);
    return { reply, sentences };
  }
  const reply: Answer = {
    kind: 'answer',
    plan,
    parameters,
    frontEnd: 'grammar',
    degraded: false,
    ...rendered(sentences),
    ...tabled(made, entry.rowCap),
    notes,
  };
  return { reply, sentences };
}

/** A plan that was asked for by its name, by somebody with these roles. */
export function answerPermitted(planned: PlannedQuestion, roles: readonly Role[], sources: Sources): Reply {
  const needed = planNamed(planned.plan)?.roles ?? [];
  return needed.some((role) => roles.includes(role))
    ? answerPlan(planned, sources)
    : refusal('not_permitted', `This question needs one of the roles ${needed.join(', ')}; ask an admin.`);
}

export interface Ask {
  readonly question: string;
  readonly roles: readonly Role[];
  readonly previous?: PlannedQuestion | undefined;
}

/** Asks with the grammar alone: no model is needed, and the same question over the same log has the same answer. */
export function ask({ question, roles, previous }: Ask, sources: Sources, directory: Directory): Reply {
  const understood = understand({
    question,
    clock: { now: sources.now, zone: sources.zone },
    directory,
    roles,
    previous,
  });
  if ('abstain' in understood) return { kind: 'abstention', ...understood, frontEnd: 'grammar', degraded: false };
  return answerPlan(understood, sources, understood.notes);
}
