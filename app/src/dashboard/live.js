// What is shown while it changes: a stream of the server, and what to tell when there is none.

import { SIGNED_OUT } from "./api.js";
import { parse } from "./exact.js";
import { h } from "./dom.js";
import { merged, streamUrl } from "./series.js";

const AGAIN = 3_000;

/** The sign that says whether the numbers are live, and how to set it. */
export function liveSign() {
  const words = h("span", {}, "Connecting…");
  const element = h("p", { class: "live", id: "live", role: "status", "data-state": "waiting" }, words);
  const show = (state, text) => {
    if (words.textContent !== text) words.textContent = text;
    element.dataset.state = state;
  };
  return { element, show };
}

/**
 * Watches what came from `url`, until `signal` ends it: `show` gets all of it whenever something has changed. While the
 * page is hidden, nothing is watched.
 */
export function watch(url, sign, signal, show) {
  let source = null;
  let later = 0;
  let shown = null;

  const take = (data) => { shown = data; sign.show("live", "Live"); show(data); };

  function open() {
    close();
    if (signal.aborted || document.hidden) return;
    source = new EventSource(streamUrl(url));
    source.addEventListener("snapshot", ({ data }) => take(parse(data)));
    source.addEventListener("update", ({ data }) => take(merged(shown, parse(data))));
    source.addEventListener("end", ({ data }) => refused(parse(data).error));
    source.onerror = () => {
      sign.show("lost", "Connection lost. Reconnecting…");
      // The browser tries again by itself, unless the server has answered with an error.
      if (source?.readyState === EventSource.CLOSED) explain();
    };
  }

  /** A stream does not say why it was refused; the same address, asked for plainly, does. */
  async function explain() {
    close();
    const asking = new AbortController();
    try {
      const answer = await fetch(streamUrl(url), { signal: asking.signal });
      if (signal.aborted) return;
      if (answer.ok) {
        asking.abort();
        later = setTimeout(open, AGAIN);
      } else if (answer.status === 401) dispatchEvent(new Event(SIGNED_OUT));
      else refused((await answer.json()).error);
    } catch {
      if (!signal.aborted) later = setTimeout(open, AGAIN);
    }
  }

  function refused(reason) {
    close();
    sign.show("lost", `Not live: ${reason}. Trying again…`);
    later = setTimeout(open, AGAIN);
  }

  function close() {
    clearTimeout(later);
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", open, { signal });
  signal.addEventListener("abort", close);
  open();
}

/** Asks again and again while the page is seen, until `signal` ends it: the overview has more series than a browser has connections. */
export function repeat(task, seconds, signal) {
  const turn = async () => {
    if (!document.hidden) await task();
    if (!signal.aborted) later = setTimeout(turn, seconds * 1000);
  };
  let later = setTimeout(turn, seconds * 1000);
  signal.addEventListener("abort", () => clearTimeout(later));
}
