/** An amount in the order's currency, in its minor unit (cents), always an integer. */
export type MinorUnits = number;

/** ISO 4217 codes with their number of decimals; what is not listed is not accepted. */
export const CURRENCY_DECIMALS = {
  AUD: 2,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  COP: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  NOK: 2,
  NZD: 2,
  PEN: 2,
  PLN: 2,
  RON: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  USD: 2,
  ZAR: 2,
} as const;
export type Currency = keyof typeof CURRENCY_DECIMALS;

export function isCurrency(code: string): code is Currency {
  return Object.hasOwn(CURRENCY_DECIMALS, code);
}

/** `12.50 EUR`: for people; never parsed again. */
export function formatMoney(amount: MinorUnits, currency: Currency): string {
  const decimals = CURRENCY_DECIMALS[currency];
  return `${(amount / 10 ** decimals).toFixed(decimals)} ${currency}`;
}
