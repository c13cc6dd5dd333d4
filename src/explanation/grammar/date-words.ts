import { COMMON_NUMBERS } from './numbers.ts';

/** The words of dates, and patterns of them; all in lower case. */
export const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
export const WEEKDAYS = 'mon tue wed thu fri sat sun'.split(' ');
export const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
export const WEEKDAY =
  '(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?';
export const PART = '(?:early morning|morning|noon|afternoon|evening|night)';
export const NUMBER_WORDS: Readonly<Record<string, number>> = {
  ...COMMON_NUMBERS,
  couple: 2,
  'a couple of': 2,
  'couple of': 2,
  few: 3,
  'a few': 3,
  several: 3,
  fourteen: 14,
  thirty: 30,
  ninety: 90,
};
export const COUNT =
  '(?:\\d{1,3}|a couple of|couple of|a few|few|couple|several|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|ninety)';
export const UNIT =
  '(?:business days?|working days?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|quarters?|years?)';
export const ORDINALS = ['first', 'second', 'third', 'fourth'];
export const PREVIOUS = '(?:last|previous|prior|past|preceding|prev)';
export const THIS = '(?:this|current|the current|present)';
export const NEXT = '(?:next|coming|upcoming|following)';
export const PERIOD = '(?:week ?end|week|wk|fortnight|month|quarter|year)';
export const YEAR = '(?:19|20)\\d\\d';

/** `3/11` and `3.11.`: a date only after a word such as `since`. */
export const SHORT_DATE = '\\d{1,2}[./]\\d{1,2}\\.?';

/** Every expression that stands for one stretch of time on its own. */
export const ATOM = [
  `(?:the )?first (?:day )?of ${MONTH}(?: ${YEAR})?`,
  `(?:the )?(?:first|second) half of (?:the |this )?(?:year|${YEAR})`,
  `(?:the )?(?:w/[cb]|(?:week|wk) (?:of|beginning|starting|commencing|from))(?: on)?(?: monday)?,? (?:the )?\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?: ${YEAR})?`,
  `(?:early|mid|middle of|late)[ -]${MONTH}(?: ${YEAR})?`,
  `(?:the )?(?:first|second|third|fourth|last) week (?:of|in) ${MONTH}(?: ${YEAR})?`,
  `(?:the )?(?:first|second|1st|2nd) half of ${MONTH}(?: ${YEAR})?`,
  `${YEAR}-\\d\\d-\\d\\d(?:[t ]\\d\\d:\\d\\d(?::\\d\\d)?(?:\\.\\d+)?(?:z|[+-]\\d\\d:\\d\\d)?)?`,
  `${YEAR}-\\d\\d(?!-)`,
  `\\d{1,2}[./]\\d{1,2}[./](?:${YEAR}|\\d\\d)`,
  `(?:the )?\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? ${YEAR})?`,
  `${MONTH}(?: the)? \\d{1,2}(?:st|nd|rd|th)?(?!\\d)(?:,? ${YEAR})?`,
  `(?:${PREVIOUS} |${THIS} |${NEXT} )?${MONTH}(?: ${YEAR})?`,
  `the day before yesterday(?: ${PART})?`,
  `day before yesterday(?: ${PART})?`,
  `yesterdays?(?: ${PART})?`,
  `todays?`,
  `tomorrow(?: ${PART})?`,
  `tonight`,
  `last night`,
  `this ${PART}`,
  `(?:on |${PREVIOUS} |${THIS} |${NEXT} )?${WEEKDAY}(?: ${PART})?`,
  `the week before last`,
  `the month before last`,
  `(?:the )?${PREVIOUS} ${PERIOD}`,
  `${THIS} ${PERIOD}`,
  `(?:the )?${NEXT} ${PERIOD}`,
  `the weekend`,
  `(?:the )?(?:first|second|third|fourth) quarter(?: of)?(?: ${YEAR})?`,
  `q[1-4](?:[ /-]?(?:of )?${YEAR})?`,
  `${YEAR}[ -]?q[1-4]`,
  `(?:calendar |cal )?(?:week|wk|cw|kw) ?\\d{1,2}(?: ${YEAR})?`,
  `(?:week|month|quarter|year|wk|mth)[ -]to[ -]date`,
  `(?:wtd|mtd|qtd|ytd)`,
  `(?:this|the current) (?:week|month|quarter|year) so far`,
  `so far (?:this|the current) (?:week|month|quarter|year)`,
  `(?:the )?(?:${PREVIOUS}|trailing|recent)(?: about)? ${COUNT} ?${UNIT}`,
  `(?:the )?(?:next|coming) ${COUNT} ?${UNIT}`,
  `${COUNT} ${UNIT} ago`,
  `(?:the )?(?:last|past) (?:hour|day)`,
  `(?:the )?(?:last|past) 24 ?h`,
  `\\d{1,2}:\\d\\d ?(?:am|pm)?`,
  `\\d{1,2} ?(?:am|pm)`,
  `(?:the )?(?:beginning|start) of (?:the |this )?(?:week|month|quarter|year)`,
  `h[12](?: ${YEAR})?`,
  `(?:the )?year ${YEAR}`,
  `${YEAR}`,
].join('|');
