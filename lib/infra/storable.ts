const UNSTORABLE = /[\0\p{Surrogate}]/u;
const EACH = new RegExp(UNSTORABLE, "gu");

/**
 * A text from outside as PostgreSQL can keep it: it takes neither NUL nor half of a surrogate pair, and one
 * such text would keep everything from being written that is written with it.
 */
export const storable = (text: string): string =>
  UNSTORABLE.test(text) ? text.replace(EACH, "\uFFFD") : text;
