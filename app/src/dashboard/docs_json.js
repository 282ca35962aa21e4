// JSON for people: indented, its keys and values told apart.

import { h } from "./dom.js";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;
/** More than this is drawn without colours, which would take long. */
const LONGEST = 60_000;

/** A text as it is, or, when it is JSON, as people read it. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The pieces of a JSON text, to be put into an element. */
export function coloured(text) {
  if (text.length > LONGEST) return [text];
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon] = match;
    pieces.push(text.slice(end, match.index));
    const kind = colon ? "key" : string ? "string" : "literal";
    pieces.push(h("span", { class: `json-${kind}` }, string ?? whole), colon ?? "");
    end = match.index + whole.length;
  }
  pieces.push(text.slice(end));
  return pieces;
}
