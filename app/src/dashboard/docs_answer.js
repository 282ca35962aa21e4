// Sends a request, and shows what comes back, while it comes.

import { announce, h } from "./dom.js";
import { coloured, pretty } from "./docs_json.js";

/** Where the answer of an operation is shown. */
export function answerPanel() {
  const element = h("div", { class: "answer", hidden: true });
  let running = null;
  return { element, send };

  async function send(url, options) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const started = performance.now();
    const stop = h("button", { type: "button", class: "button quiet", onclick: () => running.abort() }, "Stop");
    const [head, body] = [h("p", { class: "answer-head" }, h("span", { class: "muted" }, "Waiting for the answer…"), stop), h("pre", { tabindex: "0", "aria-label": "Body of the answer" })];
    element.hidden = false;
    element.replaceChildren(head, body);
    const facts = { started, size: 0 };
    try {
      const response = await fetch(url, { ...options, signal });
      await read(response, body, facts, (done) => head.replaceChildren(...summary(response, facts), ...(done ? [] : [stop])));
      announce(`Answered with ${response.status}.`);
      return response;
    } catch (error) {
      const text = signal.aborted ? "Stopped." : "The service cannot be reached. Check the connection, then send it again.";
      if (signal.aborted) stop.remove();
      else head.replaceChildren(h("span", { class: "problem" }, text));
      announce(text);
      return null;
    }
  }
}

/** Streams never end: what has come is shown at once. */
async function read(response, body, facts, show) {
  const decoder = new TextDecoder();
  let text = "";
  show(false);
  for (let reader = response.body.getReader(), piece; !(piece = await reader.read()).done;) {
    facts.size += piece.value.length;
    text += decoder.decode(piece.value, { stream: true });
    body.textContent = text;
    show(false);
  }
  body.replaceChildren(...coloured(pretty(text)));
  body.hidden = text === "";
  show(true);
}

function summary(response, { started, size }) {
  const kind = response.ok ? "good" : "bad";
  const time = `${Math.round(performance.now() - started)} ms`;
  return [
    h("span", { class: `status ${kind}` }, `${response.status} ${response.statusText}`.trim()),
    h("span", { class: "muted" }, `${time} · ${new Intl.NumberFormat().format(size)} bytes · ${response.headers.get("content-type") ?? "no body"}`),
  ];
}
