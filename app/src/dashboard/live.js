// What is shown while it changes: a stream of the server, and what to tell when there is none.

import { SIGNED_OUT } from "./api.js";
import { parse } from "./exact.js";
import { h } from "./dom.js";
import { merged } from "./series.js";

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

/** A browser opens few connections to a host, so that one stream carries many series; their addresses stand in its own. */
const IN_ONE_STREAM = 24;

/**
 * Watches series, each as its address and what shows it, until `signal` ends it: `show` gets all of it whenever
 * something has changed. While the page is hidden, nothing is watched.
 */
export function watch(series, sign, signal) {
  for (let first = 0; first < series.length; first += IN_ONE_STREAM) {
    watchOne(series.slice(first, first + IN_ONE_STREAM), sign, signal);
  }
}

/** The address of a stream of several series. */
const streamUrl = (series) => `/api/metrics/stream?${new URLSearchParams(series.map(({ url }) => ["series", url.replace("/api/", "")]))}`;

function watchOne(series, sign, signal) {
  const url = streamUrl(series);
  const shown = [];
  let source = null;
  let later = 0;

  function take(number, data) {
    shown[number] = data;
    sign.show("live", "Live");
    series[number].show(data);
  }

  function open() {
    close();
    if (signal.aborted || document.hidden) return;
    source = new EventSource(url);
    const on = (name, take) => source.addEventListener(name, ({ data }) => take(parse(data)));
    on("snapshot", ({ series: number, data }) => take(number, data));
    on("update", ({ series: number, data }) => take(number, merged(shown[number], data)));
    on("end", ({ error }) => refused(error));
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
      const answer = await fetch(url, { signal: asking.signal });
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
