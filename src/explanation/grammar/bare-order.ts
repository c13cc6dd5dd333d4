import type { Directory } from './directory.ts';
import { KIND_WORDS } from './entity-words.ts';
import type { Token } from './normalize.ts';

/** A number that stands for an order although nothing beside it says so: `why split 42`, `42 status`. */
export interface BareOrder {
  readonly at: number;
  /** Null: there is no order of that number. */
  readonly id: string | null;
}

/** Before a number these make it an amount, a rank or a part of something else. */
const AMOUNT_BEFORE =
  /^(?:top|first|last|past|next|latest|previous|over|above|below|under|than|least|most|exceed\w*|beyond|plus|add|added|adding|another|extra|only|just|maximum|minimum|about|around|approximately|into|in|within|every|week|wk|cw|kw|quarter|month|year|version|v|line|lines|by|at|equals?|cap|capped|ceiling|limit|threshold|budget|is|was|be|are|were|to|until|till|with|all|best|worst|hour|page|zone|and|between|from|eur|euros?|usd|gbp|dollars?|€|\$|£|%)$/;
/** These let such a word before be no amount after all. */
const STILL_AN_ORDER: Readonly<Record<string, RegExp>> = {
  to: /^(?:happened|happen|happens|happening|due|up|next|apply|applied|applies|did|do|done|compared|about|related|according)$/,
  is: /^(?:why|where|how|when|what|who|which|because)$/,
  was: /^(?:why|where|how|when|what|who|which|because)$/,
  are: /^(?:why|where)$/,
  with: /^(?:happened|happening|wrong|up|on|going|do|done|problem|issue|matter|deal)$/,
  about: /^(?:what|how|tell|know|sure|certain|think|worried|sorry|and)$/,
  and: /^$/,
};
const PLAIN_ENDS = /^(?:and|in|on|only|just)$/;
/** After a number these say what it counts. */
const UNIT =
  /^(?:%|€|\$|£|percent|eur|euros?|usd|dollars?|cents?|days?|weeks?|months?|quarters?|years?|hours?|minutes?|min|am|pm|units?|pieces?|pallets?|boxes|box|parcels?|packages?|shipments?|consignments?|deliveries|warehouses?|nodes?|dcs|sites?|locations?|carriers?|services?|lanes?|rules?|orders|exceptions?|overrides?|approvals?|decisions|customers?|items?|skus|lines?|rows?|plans?|candidates?|reasons?|times|more|most|best|worst|biggest|highest|lowest|latest|newest|oldest|largest|riskiest|longest|slowest|fastest|recent|later|earlier|extra|additional|further|of|or|and|to|january|february|march|april|may|june|july|august|september|october|november|december)$/;
const BREAK =
  /^(?:why|what|which|who|how|where|when|is|was|are|were|be|do|does|did|can|could|has|have|had|if|not|at|in|on|for|from|by|with|via|because|then)$/;
const PLURAL =
  /^(?:orders|lanes|rules|exceptions|overrides|approvals|decisions|customers|items|carriers|deliveries|nodes|reasons|plans|ones)$/;

/** The one bare number that reads as an order; null where none does, or several do. `used` are the tokens already read. */
export function bareOrder(tokens: readonly Token[], used: ReadonlySet<number>, directory: Directory): BareOrder | null {
  const word = (i: number): string => tokens[i]?.word ?? '';
  const at = tokens.flatMap(({ raw }, i) =>
    !used.has(i) && /^\d{1,5}$/.test(raw) && !isAmount(i) && /^\d+$/.test(word(i)) ? [i] : [],
  );
  const [only] = at;
  if (only === undefined || at.length > 1) return null;
  const { raw } = tokens[only]!;
  const ids = directory.findOrders(raw);
  if (ids.length === 1) return { at: only, id: ids[0]! };
  return ids.length === 0 && raw.length >= 3 ? { at: only, id: null } : null;

  function isAmount(i: number): boolean {
    const before = word(i - 1);
    const still = STILL_AN_ORDER[before]?.test(word(i - 2)) ?? false;
    // `and 41?`, `only 5`: at the beginning of a follow-up `and` joins nothing.
    const joins = before === 'and' && i === 1;
    const asks = i === 1 && /^(?:is|was|are|were)$/.test(before);
    if (AMOUNT_BEFORE.test(before) && !still && !joins && !asks) return true;
    // `show me 5 sign-offs`
    if (/^(?:list|show|me|us|give|name|find|get|display|print|pull)$/.test(before) && /[^su]s$/.test(word(i + 1)))
      return true;
    if (KIND_WORDS[before] !== undefined && KIND_WORDS[before] !== 'order') return true;
    if (UNIT.test(word(i + 1)) && !PLAIN_ENDS.test(word(i + 1))) return true;
    for (let k = i + 1; k <= i + 3 && !BREAK.test(word(k)) && !/\d/.test(word(k)); k++)
      if (PLURAL.test(word(k))) return true;
    return false;
  }
}
