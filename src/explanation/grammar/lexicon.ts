import { MANY_LEXICON } from './lexicon-many.ts';
import { ORDER_LEXICON } from './lexicon-order.ts';

/**
 * What planners say for each concept. One word or phrase an entry; endings (-s, -ed, -ing) are handled by the matcher.
 * Generous on purpose: a concept decides nothing alone, plans weigh them.
 */
export const LEXICON = { ...ORDER_LEXICON, ...MANY_LEXICON } as const satisfies Record<string, readonly string[]>;

export type Concept = keyof typeof LEXICON;
