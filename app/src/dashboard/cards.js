// The overview: a card for each metric, with the numbers that say whether to look closer.

import { h } from "./dom.js";
import { briefTime, duration, humanize, length, number, percentage, short, title, unitOf, withUnit } from "./format.js";
import { failure, message, skeleton } from "./messages.js";
import { sparkline } from "./chart.js";
import { change, isEmpty, load } from "./series.js";
import { address, keeps, scopeFor } from "./view.js";

/** The cards, which fill themselves; the promise is for when all have. */
export function cards(metrics, state, signal) {
  const filled = metrics.map((metric) => card(metric, state, signal));
  const list = h("ul", { class: "cards", role: "list" }, filled.map(({ item }) => item));
  return { list, ready: Promise.all(filled.map(({ ready }) => ready)) };
}

function card(metric, state, signal) {
  const body = h("div", { class: "card-body", "aria-busy": "true" }, skeleton("card-skeleton"));
  const item = h("li", { class: "card", "data-metric": metric.type }, head(metric, state), body);
  return { item, ready: fill(body, metric, state, signal) };
}

function head(metric, state) {
  const href = address({ ...state, metric: metric.path, filters: {}, hidden: [] });
  const link = h("a", { href, "data-page": true, id: `card-${metric.type}`, class: "card-link" }, title(metric));
  const scope = scopeFor(metric, state);
  const other = scope.id !== state.scope && h("span", { class: "tag" }, scope.label);
  return [h("h2", {}, link, other), h("p", { class: "description muted" }, metric.description)];
}

async function fill(body, metric, state, signal) {
  try {
    body.replaceChildren(...(keeps(metric, state.range) ? numbers(metric, state, await load(metric, state, signal)) : [tooFar(metric)]));
  } catch (error) {
    if (signal.aborted) return;
    body.replaceChildren(failure(error, () => fill(body, metric, state, signal)));
  } finally {
    body.removeAttribute("aria-busy");
  }
}

function tooFar(metric) {
  const kept = Math.max(...metric.intervals.map((interval) => interval.retention_seconds));
  return message(`Kept for ${length(kept)}`, "Choose a shorter time range to see it.");
}

function numbers(metric, state, loaded) {
  const { current } = loaded;
  const [first, ...others] = metric.measures;
  if (isEmpty(current, metric.measures)) {
    return [total(first, current), message("", `Nothing was counted in the last ${duration(state.range)}.`)];
  }
  return [
    h("div", { class: "headline" }, total(first, current), badge(change(loaded, first.name), state)),
    sparkline(current.buckets, first.name, `${humanize(first.name)} over the last ${duration(state.range)}`),
    h("dl", { class: "facts" }, peak(first, current), others.map((measure) => fact(measure, current))),
  ];
}

function total(measure, { summary }) {
  const value = summary[`total_${measure.name}`];
  return h(
    "p",
    { class: "total", title: measure.description },
    h("data", { value, class: "figure", title: number(value) }, short(value)),
    h("span", { class: "muted" }, withUnit(humanize(measure.name).toLowerCase(), unitOf(measure) && `(${unitOf(measure)})`)),
  );
}

/** How the total changed. Whether more is better depends on the metric, so that the colour does not say. */
export function badge(ratio, state) {
  const before = `the ${duration(state.range)} before`;
  if (ratio === null) return null;
  if (ratio === 0) return h("p", { class: "badge" }, "no change", h("span", { class: "visually-hidden" }, ` from ${before}`));
  const [arrow, word] = ratio > 0 ? ["↑", "up"] : ["↓", "down"];
  const text = ratio === Infinity ? "from zero" : percentage(Math.abs(ratio));
  return h(
    "p",
    { class: "badge", title: `Compared with ${before}, without the bucket that is still filling` },
    h("span", { "aria-hidden": "true" }, `${arrow} `),
    h("span", { class: "visually-hidden" }, `${word} `),
    text,
    h("span", { class: "visually-hidden" }, `, compared with ${before}`),
  );
}

function peak(measure, { summary }) {
  const at = summary[`peak_${measure.name}_timestamp`];
  const value = summary[`peak_${measure.name}`];
  const when = at && h("time", { datetime: at, class: "muted" }, briefTime(new Date(at)));
  return h("div", {}, h("dt", {}, "Peak"), h("dd", {}, h("span", { title: number(value) }, short(value)), when));
}

function fact(measure, { summary }) {
  const value = summary[`total_${measure.name}`];
  return h(
    "div",
    { title: measure.description },
    h("dt", {}, humanize(measure.name)),
    h("dd", { title: number(value) }, withUnit(short(value), unitOf(measure))),
  );
}
