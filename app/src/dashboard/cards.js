// The overview: a card for each metric, with the numbers that say whether to look closer.

import { h } from "./dom.js";
import { briefTime, inSentence, length, number, percentage, short, unitOf, withUnit } from "./format.js";
import { failure, message, skeleton } from "./messages.js";
import { sparkline } from "./chart.js";
import { change, isEmpty, load } from "./series.js";
import { address, beforeInWords, elsewhere, forWhom, keeps, scopeFor, spanInWords } from "./view.js";

/**
 * The cards, which fill themselves: once they have, each says where its numbers came from and how to show newer ones, or
 * nothing when there are none. `again` loads all of it once more.
 */
export function cards(metrics, state, signal, again) {
  const all = metrics.map((metric) => card(metric, state, signal, again));
  const list = h("ul", { class: "cards", role: "list" }, all.map(({ item }) => item));
  const ready = Promise.all(all.map((card) => card.ready)).then((filled) => {
    if (!signal.aborted) putLast(list, all.map(({ item }) => item).filter(isQuiet));
    return filled;
  });
  return { list, ready };
}

/** Whether a card has no numbers to show. One that failed is not quiet: there is something to do about it. */
const isQuiet = (item) => item.querySelector(".card-body > .message:not([role=alert])") !== null;

/**
 * Puts cards behind the others, once, when all are filled: a metric that does not concern somebody is not what they
 * see first. Later updates leave the order alone, so that no card moves away under who reads it.
 */
function putLast(list, items) {
  const focused = document.activeElement;
  list.append(...items);
  if (list.contains(focused)) focused.focus({ preventScroll: true });
}

function card(metric, state, signal, again) {
  const body = h("div", { class: "card-body", "aria-busy": "true" }, skeleton("card-skeleton"));
  const item = h("li", { class: "card", "data-metric": metric.type }, head(metric, state), body);
  return { item, ready: fill(body, metric, state, signal, again) };
}

function head(metric, state) {
  const href = address(elsewhere(state, metric.path));
  const link = h("a", { href, "data-page": true, id: `card-${metric.type}`, class: "card-link" }, metric.title);
  const scope = scopeFor(metric, state);
  const other = scope.id !== state.scope && h("span", { class: "tag" }, scope.label);
  return [h("h2", {}, link, other), h("p", { class: "description muted" }, metric.description)];
}

async function fill(body, metric, state, signal, again) {
  const show = (data) => body.replaceChildren(...numbers(metric, state, data));
  try {
    if (!keeps(metric, state)) return void body.replaceChildren(tooFar(metric));
    const { url, data } = await load(metric, state, signal);
    show(data);
    return { url, show };
  } catch (error) {
    if (!signal.aborted) body.replaceChildren(failure(error, again));
  } finally {
    body.removeAttribute("aria-busy");
  }
}

function tooFar(metric) {
  const kept = Math.max(...metric.intervals.map((interval) => interval.retention_seconds));
  return message(`Kept for ${length(kept)}`, "Choose a shorter time range to see it.");
}

function numbers(metric, state, data) {
  const [first, ...others] = metric.measures;
  if (isEmpty(data, metric.measures)) {
    return [total(first, data), message("", `Nothing was counted${forWhom(metric, state)} ${spanInWords(state)}.`)];
  }
  return [
    h("div", { class: "headline" }, total(first, data), badge(change(data, first.name), state)),
    sparkline(data, first.name, `${first.title} ${spanInWords(state)}`),
    h("dl", { class: "facts" }, peak(first, data), others.map((measure) => fact(measure, data))),
  ];
}

function total(measure, { summary }) {
  const value = summary[`total_${measure.name}`];
  const title = value === 1 ? measure.title_of_one : measure.title;
  return h(
    "p",
    { class: "total", title: measure.description },
    h("data", { value, class: "figure", title: number(value) }, short(value)),
    h("span", { class: "muted" }, withUnit(inSentence(title), unitOf(measure) && `(${unitOf(measure)})`)),
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
    h("dt", {}, measure.title),
    h("dd", { title: number(value) }, withUnit(short(value), unitOf(measure))),
  );
}
