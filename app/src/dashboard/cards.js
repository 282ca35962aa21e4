// The overview: a card for each metric, with the numbers that say whether to look closer.

import { h } from "./dom.js";
import { briefTime, humanize, length, number, percentage, short, title, unitOf, withUnit } from "./format.js";
import { failure, message, skeleton } from "./messages.js";
import { sparkline } from "./chart.js";
import { change, isEmpty, load } from "./series.js";
import { address, beforeInWords, elsewhere, keeps, scopeFor, spanInWords } from "./view.js";

/** The cards, which fill themselves: whether each could, and how to fill them anew, which fails when one of them does. */
export function cards(metrics, state, signal) {
  const all = metrics.map((metric) => card(metric, state, signal));
  const list = h("ul", { class: "cards", role: "list" }, all.map(({ item }) => item));
  return {
    list,
    ready: Promise.all(all.map(({ ready }) => ready)),
    refresh: () => Promise.all(all.map(({ refresh }) => refresh())),
  };
}

function card(metric, state, signal) {
  const body = h("div", { class: "card-body", "aria-busy": "true" }, skeleton("card-skeleton"));
  const item = h("li", { class: "card", "data-metric": metric.type }, head(metric, state), body);
  const refresh = async () => body.replaceChildren(...(await content(metric, state, signal)));
  return { item, ready: fill(body, refresh, signal), refresh };
}

function head(metric, state) {
  const href = address(elsewhere(state, metric.path));
  const link = h("a", { href, "data-page": true, id: `card-${metric.type}`, class: "card-link" }, title(metric));
  const scope = scopeFor(metric, state);
  const other = scope.id !== state.scope && h("span", { class: "tag" }, scope.label);
  return [h("h2", {}, link, other), h("p", { class: "description muted" }, metric.description)];
}

/** Whether the numbers could be had. */
async function fill(body, refresh, signal) {
  try {
    await refresh();
    return true;
  } catch (error) {
    if (!signal.aborted) body.replaceChildren(failure(error, () => fill(body, refresh, signal)));
    return false;
  } finally {
    body.removeAttribute("aria-busy");
  }
}

const content = async (metric, state, signal) =>
  keeps(metric, state) ? numbers(metric, state, (await load(metric, state, signal)).data) : [tooFar(metric)];

function tooFar(metric) {
  const kept = Math.max(...metric.intervals.map((interval) => interval.retention_seconds));
  return message(`Kept for ${length(kept)}`, "Choose a shorter time range to see it.");
}

function numbers(metric, state, data) {
  const [first, ...others] = metric.measures;
  if (isEmpty(data, metric.measures)) {
    return [total(first, data), message("", `Nothing was counted ${spanInWords(state)}.`)];
  }
  return [
    h("div", { class: "headline" }, total(first, data), badge(change(data, first.name), state)),
    sparkline(data, first.name, `${humanize(first.name)} ${spanInWords(state)}`),
    h("dl", { class: "facts" }, peak(first, data), others.map((measure) => fact(measure, data))),
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
  const before = beforeInWords(state);
  if (ratio === null) return null;
  if (ratio === 0) return h("p", { class: "badge" }, "no change", h("span", { class: "visually-hidden" }, ` from ${before}`));
  const [arrow, word] = ratio > 0 ? ["↑", "up"] : ["↓", "down"];
  const text = ratio === Infinity ? "from zero" : percentage(Math.abs(ratio));
  return h(
    "p",
    { class: "badge", title: `Compared with ${before}, without what is not final` },
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
