import { words } from './words.ts';

/** What planners say of many orders, of states, groups, comparisons and the things of the network. */
export const MANY_LEXICON = {
  LIST: words(`
    list, which orders, what orders, show orders, show me orders, show me all, show all, show the orders,
    show me the orders, show me, give me, give me all, all orders, orders that, orders with, which ones, any orders,
    orders were, orders are, orders have, every order, each order, get me, find, which, display, what are, what were,
    are there, which of the orders, pull, name the, fetch, see`),
  COUNT: words(`
    how many, count, number of, nr of, no of, total, volume, volumes, how often, quantity of orders, amount of orders,
    how much of, frequency, how frequently, tally, share of orders, distribution, order count, counts, how big, many,
    percentage of orders, percent of orders, proportion of orders`),
  ORDER: words(`
    order, orders, decisions, sales order, sales orders, so, sos, purchase, shipment, shipments, consignments, jobs,
    parcels, customers orders, sales, requests, recommendations`),
  DELIVERY: words(`delivery, deliveries, delivered`),
  MOST: words(`
    most, the most, often, top, biggest, largest, worst, highest, frequent, frequently, main, common, leading,
    number one, predominant, best, lowest, strongest, heaviest, usual, primarily, regularly, chronically, repeatedly,
    principal, principally, major, mostly, predominantly`),
  APPROVAL: words(`
    approval, approvals, approve, approved, approver, approvers, sign-off, signoff, sign off, sign-offs, signed off,
    authorization, authorize, authorized, green light, green-light, pending approval, awaiting approval, ok from,
    okay from, go ahead from, waiting for finance, rubber stamp, permission, waits on, approvable, to be approved,
    clearance, authorisation, validation, countersign, signature from, on the desk for, thumbs up, rubber stamped,
    go-ahead`),
  SAVINGS: words(`
    savings, saving, save, saved, saves, benefit, benefits, gain, gained, improvement, roi, payback, erp, erp's own,
    erp suggestion, erp choice, own choice, vs erp, versus erp, cheaper, than the erp, against the erp,
    compared with the erp, suggested option, better off than, return on, money saved, worth, business case,
    added value, value did, economise, economised, economize, economized, economising, economies, advantage,
    beat the erp, better than the erp, beat sap, came out ahead, come out ahead`),
  ERP: words(`
    erp, erp choice, suggested option, legacy, old system, own choice, sap, status quo, original system,
    default choice, baseline, erp suggestion, without you, without fairlead`),
  MOVED: words(`
    moved away, moved from the erp, differ from the erp, different from the erp, deviate from the erp,
    changed from the erp, away from the erp, other than the erp, deviated from the erp, departed from the erp,
    diverted from the erp, differed from the erp`),
  STOCK: words(`
    stock, inventory, on hand, on-hand, onhand, atp, available, availability, units, stock level, stock levels,
    safety stock, reserved, in stock, quantity, quantities, supply, available to promise, pieces, how much do we have,
    weeks of supply, in transit, on order, stocked, free stock, coverage, left, replenishment, carry, qty, do we have,
    hold, stockpile, position, dispose of, at our disposal, at disposal, disposable, merchandise, existing quantity,
    remaining quantity, got any, any left, how many left, on the shelves, on the shelf, shelves, lying around, sitting at`),
  CAPACITY: words(`
    capacity, full, backlog, utilization, cutoff, cut-off, cut off, dock, dock slots, docks, labor, workload, busy,
    busiest, overloaded, load, opening hours, open today, closed, active, inactive, throughput, staffed, staffing,
    spare capacity, headroom, room, congested, congestion, swamped, maxed, maxed out, operating, working days,
    calendar, status, state, doing, up and running, loaded, crowded, open, occupied, occupancy, occupation, saturated,
    saturation, opening time, closing time, until which hour, latest hour, latest time, overload, snowed under,
    under water, overrun, bursting, rammed, hand over to the truck, last pickup, last pick up`),
  VERSION: words(`
    version, versions, which model, what model, which models, running, live, champion, challenger, trained, training,
    deployed, in production, promoted, promotion, in use, model name, production, release, current model, used for,
    retrained, put into service, active, serving, using, use, artifact, rolled back, rollback, how old is the model,
    how old`),
  NEWS: words(`
    what changed, what has changed, what is new, anything new, what is different, what happened, anything changed,
    news, novelties, novelty, updates, catch me up, bring me up to speed, up to speed, recap, since i left,
    while i was away, anything i should know, what did i miss, brief me, briefing, developments, new since, summarize,
    overnight, what is going on, rundown, handover, hand over, shift handover, anything happen, happened, digest,
    happenings, during my absence, in my absence, while i was out, while i was on, since my absence, brief summary,
    short summary, fill me in, bring me up to date, whats cooking, whats the latest`),
  TREND: words(`
    trend, trends, trending, over time, weekly, daily, monthly, evolution, evolve, evolved, development, chart, plot,
    graph, curve, by week, per week, by day, per day, by month, per month, week by week, day by day, month by month,
    going up, going down, getting better, getting worse, improving, history of, over the weeks, over the days`),
  COMPARE: words(`
    compare, compared, comparing, comparison, versus, vs, against, difference between, differences between,
    better than, worse than, head to head, head-to-head, side by side, relative to, benchmark, stack up, measure up,
    contrast, than, outperform, or, which is better, better, worse, cheaper, gap between, faster, slower, next to,
    who is better, fare, both, match up, opposed to, with, in relation to, with respect to, in contrast,
    in comparison, confronted, which of the two, which one of, set against`),
  EXPEDITED: words(`
    expedite, expedited, expedites, expediting, express, rush, rushed, air, premium freight, fast service, urgent,
    expedition, overnighted, by air, flown`),
  DEGRADED: words(`
    degraded, fallback, fall back, without a model, without the model, without model, rules alone, rules only,
    model missing, model unavailable, stale data, stale inventory, reduced mode, degradation, model was down,
    model not available, missing data, without scores, blind`),
  SUBSTITUTED: words(`
    substitute, substitutes, substituted, substitution, substitutions, replacement item, replacement items,
    other item, alternate item, equivalent item, swapped item`),
  NOT_SOURCED: words(`
    not fully sourced, not sourced in full, not completely sourced, not fully, not be fully sourced,
    not fully fulfilled, not sourced, unsourced, could not be sourced, could not source, no node found, unplaced,
    not placed, nowhere, without a plan, unfulfilled, no plan, not be sourced, failed to source, not fulfilled,
    unallocated, not allocated, without plan, not find a plan`),
  PARTIAL: words(`
    partially sourced, partly sourced, partial, partials, partially, partly, incomplete, in part, half, incompletely`),
  COMPLETE: words(`fully sourced, complete, completely sourced, in full, fully, completely`),
  PENDING: words(`
    pending, waiting, awaiting, open, outstanding, waits, wait, still, unanswered, need, needs, needing, to be,
    undecided, queue, required, requiring, require, requires`),
  GRANTED: words(`granted, approved, signed off, accepted, gave, given, authorized, waved through`),
  REFUSED: words(`refused, declined, turned down, rejected, denied, not approved, knocked back`),
  RESOLVED: words(`resolved, closed, settled, finished, handled, cleared, solved, done, completed`),
  SNOOZED: words(`snoozed, snooze, postponed, deferred`),
  GROUP: words(`
    by, per, each, for each, every, broken down, break down, breakdown, split by, grouped, group, across, which, what,
    respective, individual, among, all, rank, ranking, wise`),
  METRIC_WORD: words(`
    kpi, kpis, metric, metrics, figure, figures, rate, ratio, percentage, percent, share, average, mean, numbers,
    measure, indicator, stats, statistics, %, value, score`),
  CUSTOMER: words(`customer, customers, client, clients, account, accounts, buyer, buyers, shop`),
  ITEM: words(`
    item, items, sku, skus, product, products, article, articles, part, part number, material, materials, goods`),
  TIER: words(`
    tier, tiers, customer tier, customer class, segment, segments, customer segment, customer group`),
  CHANNEL: words(`channel, channels, sales channel`),
  ZONE: words(`
    zone, zones, destination, destinations, ship to, ship-to, delivery area, postcode, city, cities, area`),
  SERVICE: words(`
    carrier service, carrier services, service, services, shipping service, shipping services, delivery service,
    delivery services, transport mode, ship method, shipping method, mode, modes, product of the carrier`),
} as const satisfies Record<string, readonly string[]>;
