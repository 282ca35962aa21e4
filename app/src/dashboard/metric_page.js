// A metric's own page: chart, filters, numbers.

import { h } from "./dom.js";
import { average, bucketStart, duration, humanize, length, number, title, unitOf, withUnit } from "./format.js";
import { badge } from "./cards.js";
import { chartPanels } from "./chart_panel.js";
import { downloads } from "./downloads.js";
import { failure, message, skeleton } from "./messages.js";
import { change, freeDimensions, isEmpty, load, seriesUrl } from "./series.js";
import { table } from "./table.js";
import { address, intervalFor, keeps, scopeFor } from "./view.js";

/** What stands above the controls. */
export function metricHead(metric, state, refresh) {
  const home = address({ ...state, metric: null, filters: {}, hidden: [] });
  return h(
    "div",
    { class: "page-head" },
    h("div", {},
      h("a", { href: home, "data-page": true, class: "back", id: "back" }, "← All metrics"),
      h("h1", { id: "title", tabindex: "-1" }, title(metric)),
      h("p", { class: "muted" }, metric.description)),
    refresh,
  );
}

/** The page below the controls, which fills itself; `go` changes the state. */
export function metricBody(metric, state, signal, go) {
  const results = h("div", { class: "results", "aria-busy": "true" }, skeleton("chart-skeleton"));
  const ready = fill(results, metric, state, signal, go);
  return { element: h("div", {}, filters(metric, state, go), results), ready };
}

async function fill(results, metric, state, signal, go) {
  try {
    const shown = keeps(metric, state.range) ? show(metric, state, await load(metric, state, signal), go) : [tooFar(metric, go)];
    results.replaceChildren(...shown);
  } catch (error) {
    if (signal.aborted) return;
    results.replaceChildren(failure(error, () => fill(results, metric, state, signal, go)));
  } finally {
    results.removeAttribute("aria-busy");
  }
}

function tooFar(metric, go) {
  const kept = Math.max(...metric.intervals.map((interval) => interval.retention_seconds));
  const button = h("button", { type: "button", class: "button", onclick: () => go({ range: "24h" }) }, "Show 24 hours");
  return message(`This metric is kept for ${length(kept)}`, "The time range reaches further back.", button);
}

function show(metric, state, loaded, go) {
  const { current } = loaded;
  const toggle = (name) => go({ hidden: flip(state.hidden, name) });
  const empty = isEmpty(current, metric.measures) &&
    message("", `Nothing was counted in the last ${duration(state.range)}${nothingWith(state)}.`);
  return [
    h("section", { class: "panel", "aria-label": "Chart" },
      chartPanels(metric, current, intervalFor(metric, state).seconds, state.hidden, toggle), empty),
    h("section", { class: "panel", "aria-labelledby": "summary-title" },
      h("h2", { id: "summary-title" }, "Summary"), summary(metric, state, loaded)),
    h("section", { class: "panel", "aria-labelledby": "numbers-title" },
      h("div", { class: "panel-head" }, h("h2", { id: "numbers-title" }, "Numbers")),
      downloads(metric, current, seriesUrl(metric, state)), table(metric, current)),
  ];
}

const flip = (names, name) => (names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);

const nothingWith = (state) => (Object.keys(state.filters).length ? " with these filters" : "");

function summary(metric, state, loaded) {
  const tiles = metric.measures.map((measure) => {
    const { name, description } = measure;
    const { [`total_${name}`]: total, [`average_${name}`]: mean, [`peak_${name}`]: peak } = loaded.current.summary;
    const at = loaded.current.summary[`peak_${name}_timestamp`];
    return h("li", { class: "tile" },
      h("h3", { title: description }, humanize(name)),
      h("p", { class: "headline" }, h("span", { class: "figure small" }, withUnit(number(total), unitOf(measure))), badge(change(loaded, name), state)),
      h("p", { class: "muted" }, `${average(mean)} per bucket on average`),
      h("p", { class: "muted" }, at ? `Peak ${number(peak)} · ${bucketStart(new Date(at))}` : "No peak"));
  });
  return h("ul", { class: "tiles", role: "list" }, tiles);
}

function filters(metric, state, go) {
  const dimensions = freeDimensions(metric, scopeFor(metric, state));
  if (!dimensions.length) return null;
  const form = h("form", { class: "filters", "aria-label": "Filters", onsubmit: apply },
    dimensions.map((dimension) => filter(dimension, state.filters[dimension.name]?.[0] ?? "")),
    h("button", { type: "submit", class: "button", id: "apply-filters" }, "Apply filters"),
    Object.keys(state.filters).length > 0 &&
      h("button", { type: "button", class: "button quiet", id: "clear-filters", onclick: () => go({ filters: {} }) }, "Clear"));
  return form;

  function apply(event) {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    go({ filters: Object.fromEntries(given.map(([name, value]) => [name, [value.trim()]])) });
  }
}

function filter({ name, description, values }, value) {
  const id = `filter-${name}`;
  const words = values && h("datalist", { id: `${id}-values` }, values.map((word) => h("option", { value: word })));
  const input = h("input", { id, name, value, type: "text", placeholder: "any", autocomplete: "off", list: values && `${id}-values` });
  return h("div", { class: "control" }, h("label", { for: id, title: description }, humanize(name)), input, words);
}
