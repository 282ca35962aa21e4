// The chart of a metric's own page: a panel for each unit, a legend that tells the numbers, mouse and keyboard.

import { h } from "./dom.js";
import { bucketStart, humanize, number, unitOf, withUnit } from "./format.js";
import { chart } from "./chart.js";

const PALETTE = 6;

/**
 * The chart of `data`. Measures of different units do not share an axis, so that each unit has a panel of its own.
 * `toggle` is called with the name of a measure to show or hide.
 */
export function chartPanels(metric, data, interval, hidden, toggle) {
  const measures = metric.measures.map((measure, index) => ({ ...measure, color: index % PALETTE }));
  const shown = measures.filter(({ name }) => !hidden.includes(name));
  const stage = h("div", { class: "stage" });
  const reading = h("p", { class: "reading muted", id: "reading" });
  const legend = measures.map((measure) => legendItem(measure, !hidden.includes(measure.name), toggle));
  const focus = h("div", slider(data, onkeydown, () => show(null)), stage);
  const state = { charts: [], at: null };
  const draw = () => { state.charts = drawAll(stage, shown, data, interval, show); show(state.at); };
  new ResizeObserver(draw).observe(stage);
  show(null);
  return h("div", { class: "chart-panel" }, h("div", { class: "legend" }, legend.map(({ button }) => button)), reading, focus);

  function show(index) {
    state.at = index;
    for (const { point } of state.charts) point(index);
    const bucket = index === null ? null : data.buckets[index];
    for (const { measure, value } of legend) {
      const amount = bucket ? bucket[measure.name] : data.summary[`total_${measure.name}`];
      value.textContent = withUnit(number(amount), unitOf(measure));
    }
    reading.textContent = bucket ? bucketStart(new Date(bucket.timestamp)) : "Totals of the whole range";
    focus.setAttribute("aria-valuenow", index ?? data.buckets.length - 1);
    focus.setAttribute("aria-valuetext", bucket ? spoken(bucket, shown) : "Totals of the whole range");
  }

  function onkeydown(event) {
    const last = data.buckets.length - 1;
    const at = state.at ?? last;
    const goal = {
      ArrowLeft: state.at === null ? last : at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10,
      Home: 0, End: last, Escape: null,
    }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    show(goal === null ? null : Math.min(last, Math.max(0, goal)));
  }
}

/** What makes the chart readable by keyboard: a slider whose value is a bucket. */
const slider = (data, onkeydown, onblur) => ({
  class: "chart-focus", id: "chart", tabindex: "0", role: "slider", "aria-label": "Bucket of the chart",
  "aria-valuemin": "0", "aria-valuemax": data.buckets.length - 1, onkeydown, onblur,
});

function spoken(bucket, measures) {
  const values = measures.map((measure) =>
    `${humanize(measure.name)} ${withUnit(number(bucket[measure.name]), unitOf(measure))}`);
  return `${bucketStart(new Date(bucket.timestamp))}: ${values.join(", ")}`;
}

function legendItem(measure, shown, toggle) {
  const value = h("span", { class: "legend-value" });
  const button = h(
    "button",
    {
      type: "button", class: "legend-item", id: `measure-${measure.name}`, "aria-pressed": String(shown),
      title: measure.description, onclick: () => toggle(measure.name),
    },
    h("span", { class: `swatch series-${measure.color}` }),
    h("span", { class: "legend-name" }, humanize(measure.name)),
    value,
  );
  return { measure, value, button };
}

function drawAll(stage, shown, data, interval, show) {
  const units = Map.groupBy(shown, ({ unit }) => unit ?? "");
  const width = Math.max(240, Math.floor(stage.clientWidth));
  const height = units.size > 1 ? 200 : 300;
  const charts = [...units.values()].map((series) => chart(data.buckets, series, interval, { width, height }));
  for (const drawn of charts) {
    const left = () => drawn.element.getBoundingClientRect().left;
    drawn.element.addEventListener("pointermove", (event) => show(drawn.at(event.clientX - left())));
    drawn.element.addEventListener("pointerleave", () => show(null));
  }
  const named = [...units.keys()].flatMap((unit, index) => [
    units.size > 1 && h("p", { class: "panel-unit muted" }, unit || "count"),
    charts[index].element,
  ]);
  const empty = h("p", { class: "muted" }, "Every measure is hidden. Choose one above the chart to see it.");
  stage.replaceChildren(...(shown.length ? named.filter(Boolean) : [empty]));
  return charts;
}
