import { type CreditStatus, CUSTOMER_TIERS, type CustomerTier } from '#domain/order.ts';
import type { ZonePlan } from './geography.ts';
import type { Random } from './random.ts';

export interface Customer {
  readonly customerId: string;
  readonly customerTier: CustomerTier;
  readonly creditStatus: CreditStatus;
  readonly channel: string;
  readonly zone: number;
  /** Relative frequency of orders. */
  readonly activity: number;
}

const TIER_SHARES = [6, 16, 30, 48];
const CHANNELS = ['EDI', 'WEB', 'PHONE'];

export function buildCustomers(random: Random, count: number, zones: readonly ZonePlan[]): Customer[] {
  const weights = zones.map(({ weight }) => weight);
  return Array.from({ length: count }, (_, index) => {
    const tier = random.weighted(TIER_SHARES);
    const credit = random.next();
    return {
      customerId: `CUST-${String(index + 1).padStart(4, '0')}`,
      customerTier: CUSTOMER_TIERS[tier]!,
      creditStatus: credit < 0.02 ? 'HOLD' : credit < 0.05 ? 'REVIEW' : 'OK',
      channel: CHANNELS[random.weighted(tier < 2 ? [6, 3, 1] : [2, 6, 2])]!,
      zone: random.weighted(weights),
      activity: random.lognormal(4 - tier, 0.8),
    };
  });
}
