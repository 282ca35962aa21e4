// A metric's own page: chart, filters, numbers.

import { h } from "./dom.js";
import { average, bucketStart, length, number, unitOf, withUnit } from "./format.js";
import { badge } from "./cards.js";
import { chartPanels } from "./chart_panel.js";
import { downloads } from "./downloads.js";
import { filters } from "./filters.js";
import { liveSign, watch } from "./live.js";
import { failure, message, skeleton } from "./messages.js";
import { change, isEmpty, load } from "./series.js";
import { table } from "./table.js";
import { address, elsewhere, forWhom, keeps, spanInWords } from "./view.js";

/** The page above and below the controls. It fills itself, and then follows what changes; `go` changes the state. */
export function metricPage(metric, state, refresh, signal, go) {
  const sign = liveSign();
  const results = h("div", { class: "results", "aria-busy": "true" }, skeleton("chart-skeleton"));
  const ready = fill(results, sign, metric, state, signal, go);
  return { head: head(metric, state, sign, refresh), body: h("div", {}, filters(metric, state, signal, go), results), ready };
}

function head(metric, state, sign, refresh) {
  return h(
    "div",
    { class: "page-head" },
    h("div", {},
      h("a", { href: address(elsewhere(state, null)), "data-page": true, class: "back", id: "back" }, "← All metrics"),
      h("h1", { id: "title", tabindex: "-1" }, metric.title),
      h("p", { class: "muted" }, metric.description)),
    h("div", { class: "head-actions" }, sign.element, refresh),
  );
}

async function fill(results, sign, metric, state, signal, go) {
  try {
    if (!keeps(metric, state)) {
      sign.element.hidden = true;
      return results.replaceChildren(tooFar(metric, go));
    }
    const { url, data } = await load(metric, state, signal);
    const { elements, update } = parts(metric, state, url, data, go);
    results.replaceChildren(...elements);
    watch([{ url, show: update }], sign, signal);
  } catch (error) {
    if (signal.aborted) return;
    sign.show("lost", "Not loaded");
    results.replaceChildren(failure(error, () => fill(results, sign, metric, state, signal, go)));
  } finally {
    results.removeAttribute("aria-busy");
  }
}

function tooFar(metric, go) {
  const kept = Math.max(...metric.intervals.map((interval) => interval.retention_seconds));
  const show = () => go({ range: "24h", from: null, to: null });
  const button = h("button", { type: "button", class: "button", onclick: show }, "Show 24 hours");
  return message(`This metric is kept for ${length(kept)}`, "The time range reaches further back.", button);
}

/** What is shown of a series, built once, and how to show newer data. */
function parts(metric, state, url, data, go) {
  let shown = data;
  const toggle = (name) => go({ hidden: flip(state.hidden, name) });
  const zoom = (first, last) => go(first === null ? { from: null, to: null } : timeOf(shown, first, last));
  const chart = chartPanels(metric, data, state, toggle, zoom);
  const empty = message("", `Nothing was counted${forWhom(metric, state)} ${spanInWords(state)}${nothingWith(state)}.`);
  const tiles = h("ul", { class: "tiles", role: "list" });
  const numbers = table(metric, data, state);
  fresh(data);
  return {
    elements: [
      h("section", { class: "panel", "aria-label": "Chart" }, chart.element, empty),
      h("section", { class: "panel", "aria-labelledby": "summary-title" }, h("h2", { id: "summary-title" }, "Summary"), tiles),
      h("section", { class: "panel", "aria-labelledby": "numbers-title" },
        h("div", { class: "panel-head" }, h("h2", { id: "numbers-title" }, "Numbers")),
        downloads(metric, () => shown, url), numbers.elements),
    ],
    update(newer) {
      shown = newer;
      chart.update(newer);
      numbers.update(newer);
      fresh(newer);
    },
  };

  function fresh(now) {
    empty.hidden = !isEmpty(now, metric.measures);
    tiles.replaceChildren(...metric.measures.map((measure) => tile(measure, now, state)));
  }
}

const flip = (names, name) => (names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);

/** The time from the first to the last of some buckets, whole. */
const timeOf = ({ buckets, time_range }, first, last) => ({
  from: buckets[first].timestamp,
  to: buckets[last + 1]?.timestamp ?? time_range.end,
});

const nothingWith = (state) => (Object.keys(state.filters).length ? " with these filters" : "");

function tile(measure, data, state) {
  const { name, title, description } = measure;
  const { [`total_${name}`]: total, [`average_${name}`]: mean, [`peak_${name}`]: peak, [`peak_${name}_timestamp`]: at } = data.summary;
  return h("li", { class: "tile" },
    h("h3", { title: description }, title),
    h("p", { class: "headline" }, h("span", { class: "figure small" }, withUnit(number(total), unitOf(measure))), badge(change(data, name), state)),
    h("p", { class: "muted" }, `${average(mean)} per bucket on average`),
    h("p", { class: "muted" }, at ? `Peak ${number(peak)} · ${bucketStart(new Date(at))}` : "No peak"));
}
