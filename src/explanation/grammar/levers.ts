import { N, numberIn } from './numbers.ts';
import type { Reading } from './reading.ts';

/** Days that a promise moves: later is positive. */
export function shiftDays({ text }: Reading): number | undefined {
  const m =
    new RegExp(
      `\\b${N} (?:more |extra |full |working |business |calendar )?(day|days|week|weeks)\\b(?: more| extra)? ?(later|earlier|sooner|tighter|less|longer|shorter|more|extra|after|before|further|out|back)?`,
    ).exec(text) ?? /\b()(?:a |the )?(?:next |following )?(day|week) (later|earlier|sooner)\b/.exec(text);
  if (!m) return undefined;
  const count = (numberIn(m[1] || 'one') ?? 1) * (m[2]!.startsWith('week') ? 7 : 1);
  const earlier =
    /^(earlier|sooner|tighter|less|shorter|before|back)$/.test(m[3] ?? '') ||
    (!m[3] &&
      /\b(?:earlier|sooner|tighter|tightened|pulled|brought forward|shorter|pull(?:ed)? in|forward|advance\w*)\b/.test(
        text,
      ));
  return earlier ? -count : count;
}

export function splitAllowed({ text, signals }: Reading): boolean | undefined {
  const forbids =
    /\b(?:not (?:permit|allow|tolerate|accept|want) (?:any |a |the |more )?split\w*|not (?:be )?(?:allowed to )?(?:split|splitting)|no split\w*|split\w* (?:is|are|was|were|had|has|have|be|been|did)(?: been)? not|without (?:a )?split\w*|not (?:be )?(?:split|allowed)|single (?:shipment|parcel|box|delivery|node|warehouse)|one (?:shipment|parcel|box|delivery|go|piece|node|warehouse|place)|only one|must not|had to (?:go|ship|be shipped) (?:in one|together|complete|whole)|forbid\w*|forbade|forbidden|disallow\w*|together|ship complete|in one|unsplit|ban\w*|prohibit\w*|whole)\b/;
  if (forbids.test(text)) return false;
  return signals.has('SPLIT') ? true : undefined;
}

/** The lever that a question about the smallest change names. */
export function leverOf({ text }: Reading): string | undefined {
  if (
    /\b(?:how (?:many|much)(?: more)? (?:days|time|later)|how much (?:longer|later)|(?:what|which)(?: (?:change|shift|move) (?:in|of|to))?(?: the)? (?:promise|delivery date|date|promise date)|promise date\w* would|(?:later|earlier|longer|different|new|other) (?:promise|delivery date|date)|(?:chang\w*|shift\w*|mov\w*|extend\w*|extension|relax\w*) (?:in |of |to )?(?:the )?(?:promise|delivery date))\b/.test(
      text,
    )
  )
    return 'promiseDate';
  if (
    /\b(?:how (?:many|much)(?: more)? (?:units|stock|inventory|pieces|supply)|(?:what|which) stock|stock transfer|more stock)\b/.test(
      text,
    )
  )
    return 'stock';
  if (
    /\b(?:(?:what|which|any|a|another|other|higher|better) (?:customer )?tier|(?:change|upgrade) (?:of|in) (?:the )?(?:customer )?tier)\b/.test(
      text,
    )
  )
    return 'customerTier';
  if (
    /\b(?:how (?:much )?(?:high|higher|far|much)(?: more)?(?: would| must| does| should)?(?: the)? (?:freight|cap|budget|ceiling|limit)|(?:what|which) (?:freight )?(?:cap|ceiling|budget|limit)|freight (?:cap|ceiling|limit|budget|allowance)|(?:more|extra|additional|higher) freight)\b/.test(
      text,
    )
  )
    return 'freightCap';
  if (
    /\b(?:(?:what|which|other|another) (?:carrier )?service|(?:what|which|other|another) carrier|change (?:of|in) (?:the )?(?:carrier|service)\w*)\b/.test(
      text,
    )
  )
    return 'carrierService';
  if (
    /\b(?:(?:allow|permit)\w* (?:a |another |one more |more )?splits?|split (?:limit|allowance)|(?:more|another|additional) splits?)\b/.test(
      text,
    )
  )
    return 'split';
  return undefined;
}
