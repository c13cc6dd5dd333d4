import type { Group } from '#explanation/catalogue/parameters.ts';
import type { FoundRange } from './dates.ts';

const GROUP_WORDS: readonly (readonly [RegExp, Group])[] = [
  [
    /^(?:carrier services?|shipping services?|delivery services?|services?|shipping methods?|ship methods?|transport modes?|modes?)/,
    'carrierService',
  ],
  [/^(?:customer tiers?|customer class|customer segments?|customer groups?|tiers?|segments?|classes)/, 'customerTier'],
  [/^(?:lanes?|routes?|corridors?|trade lanes?|connections?|relations?)/, 'lane'],
  [
    /^(?:warehouses?|dcs?|nodes?|sites?|hubs?|locations?|facility|facilities|fulfillment centers?|fcs?|depots?|stores?|distribution centers?|branch|branches|plants?|sourcing nodes?)/,
    'node',
  ],
  [
    /^(?:carriers?|shippers?|couriers?|hauliers?|haulers?|forwarders?|shipping company|shipping companies|transport company|transport companies)/,
    'carrier',
  ],
  [/^(?:zones?|destinations?|delivery zones?|ship to zones?|regions?|area|areas)/, 'zone'],
  [/^(?:sales channels?|channels?)/, 'channel'],
  [/^(?:customers?|clients?|accounts?|buyers?)/, 'customer'],
  [/^(?:items?|skus?|products?|articles?|materials?|parts?)/, 'item'],
  [/^(?:days?|calendar days?)/, 'day'],
  [/^(?:weeks?|calendar weeks?)/, 'week'],
  [/^(?:months?|calendar months?)/, 'month'],
];

/** What the question wants one row for each of. */
export function groupNamed(text: string, ranges: readonly FoundRange[]): Group | undefined {
  if (/\b(?:daily|day by day|day to day)\b/.test(text)) return 'day';
  if (/\b(?:weekly|week by week)\b/.test(text)) return 'week';
  if (/\b(?:monthly|month by month)\b/.test(text)) return 'month';
  const place =
    /\b(?:split by|by|per|each|every|across|among|which|what|whose|for each|for every|between the|of the|compare(?: all)?(?: the| our)?|all(?: the| our)?|rank(?: the| our| all)*|respective|individual|the different|various|one) (?:the |our |all |individual |different |single |sourcing |of our |of the |two |three )*([a-z]+(?: [a-z]+)?)/g;
  // One place may overlap the next: `one line per channel`.
  for (let match = place.exec(text); match; match = place.exec(text)) {
    const isAll = /^(?:of the|all|what|one)/.test(match[0]);
    for (const [pattern, group] of GROUP_WORDS)
      if (pattern.test(match[1]!) && !(isAll && /^(?:day|week|month|customer|item|lane)$/.test(group))) {
        if (/^what/.test(match[0]) && /^(?:day|week|month)$/.test(group)) continue;
        return group;
      }
    place.lastIndex = match.index + 1;
  }
  const counted = /\b(?:top|worst|best|first|line per|row per|row for each) (?:\d{1,3} |[a-z]+ )??([a-z]+)\b/.exec(
    text,
  )?.[1];
  if (counted) for (const [pattern, group] of GROUP_WORDS) if (pattern.test(counted) && group !== 'day') return group;
  const plural =
    /\b(carriers|warehouses|nodes|dcs|sites|lanes|routes|services|zones|tiers|channels|couriers|hauliers|locations|hubs|regions|stores)\b/.exec(
      text,
    )?.[1];
  if (
    plural &&
    /\b(?:most|worst|best|least|highest|lowest|rank|ranking|compare|slowest|fastest|cheapest|better|tend|usually|often)\b/.test(
      text,
    )
  )
    for (const [pattern, group] of GROUP_WORDS) if (pattern.test(plural)) return group;
  const wise =
    /\b(carrier|node|warehouse|lane|zone|channel|customer|item|tier|day|week|month|service|dc|site)[- ]?(?:wise|level|breakdown|split up|comparison|ranking|league)\b/.exec(
      text,
    )?.[1];
  if (wise) for (const [pattern, group] of GROUP_WORDS) if (pattern.test(wise)) return group;
  if (
    /\b(?:trend|trends|trending|over time|evolution|evolve|evolved|developed|development|chart|plot|graph|curve|going up|going down|improving|over the weeks|over the days|getting better|getting worse)\b/.test(
      text,
    )
  ) {
    if (/\bover the days\b/.test(text)) return 'day';
    const range = ranges[0];
    return range && range.open !== 'from' && range.to - range.from <= 15 * 86_400_000 ? 'day' : 'week';
  }
  return undefined;
}
