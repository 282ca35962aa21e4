// JSON with whole numbers of any size: those that a number of JavaScript would round are read as BigInt.

// A string, or a number of sixteen digits and more that stands as a value of its own.
const TOKENS = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\w.])/g;
const MARK = "\u0000";
const MARKED = /"\\u0000(-?\d+)"/g;

const isMarked = (value) => typeof value === "string" && /^\0-?\d+$/.test(value);
const isText = (token) => token.startsWith('"');

/** Reads a text as JSON. */
export function parse(text) {
  const marked = text.replace(TOKENS, (token) => (isText(token) ? token : `"\\u0000${token}"`));
  return JSON.parse(marked, (_, value) => (isMarked(value) ? exact(value.slice(1)) : value));
}

/** Writes what was read, digit by digit as it came. */
export function stringify(value) {
  const mark = (_, inner) => (typeof inner === "bigint" ? MARK + inner : inner);
  return JSON.stringify(value, mark, 2).replace(MARKED, "$1");
}

function exact(digits) {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
