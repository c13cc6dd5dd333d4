/** What a terminal would obey or hide is shown as a question mark. */
const HIDDEN = /[\p{Cc}\p{Cf}]/gu;
export const plain = (text: string): string => text.replace(HIDDEN, '?');
