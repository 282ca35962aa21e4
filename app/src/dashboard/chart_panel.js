// The chart of a metric's own page: its panels, a legend that tells the numbers, and the bucket that is pointed at.

import { h } from "./dom.js";
import { bucketStart, number, unitOf, withUnit } from "./format.js";
import { chart } from "./chart.js";
import { onKeys, onPointer } from "./chart_input.js";
import { colour, panelsOf } from "./panels.js";
import { shownBefore, unfinished } from "./series.js";
import { beforeInWords } from "./view.js";

/**
 * The chart of `data`, as `view` says. `toggle` is called with the name of a measure to show or hide, `zoom` with the first and the
 * last bucket of what to look at, or with nothing to go back out. Returns the element, and how to show newer data.
 */
export function chartPanels(metric, data, view, toggle, zoom) {
  const { hidden } = view;
  const stage = h("div", { class: "stage" });
  const reading = h("p", { class: "reading muted", id: "reading" });
  const state = { data, panels: [], charts: [], groups: [], at: null, anchor: null };
  const measures = metric.measures.map((measure, index) => ({ ...measure, color: data.groups ? null : colour(index) }));
  const shown = measures.filter(({ name }) => !hidden.includes(name));
  const legend = measures.map((measure) => legendItem(measure, !hidden.includes(measure.name), toggle));
  const point = (index, anchor = null) => { state.at = index; state.anchor = anchor; tell(); };
  const pointing = { last: () => state.data.buckets.length - 1, at: () => state.at, anchor: () => state.anchor, point, zoom };
  const focus = h("div", slider(onKeys(pointing), () => point(null)), stage);
  const help = h("p", { class: "muted hint", id: "chart-help" }, `Dashed: not final yet. ${comparison(data, view)}${HELP}`);
  update(data);
  new ResizeObserver(draw).observe(stage);
  const buttons = h("div", { class: "legend", role: "group", "aria-label": "Measures" }, legend.map(({ button }) => button));
  return { element: h("div", { class: "chart-panel" }, buttons, reading, focus, help), update };

  function update(newer) {
    const moved = (index) => index === null ? null : Math.max(0, indexOf(newer, state.data.buckets[index]));
    [state.at, state.anchor] = [moved(state.at), moved(state.anchor)];
    state.data = newer;
    state.panels = panelsOf(newer, shown, shownBefore(newer, view));
    focus.setAttribute("aria-valuemax", pointing.last());
    draw();
  }

  function draw() {
    const width = Math.max(240, Math.floor(stage.clientWidth));
    const height = state.panels.length > 1 ? 200 : 300;
    const filling = unfinished(state.data);
    const starts = state.data.buckets.map((bucket) => Date.parse(bucket.timestamp));
    state.charts = state.panels.map(({ series }) => chart(starts, series, { width, height, filling }));
    for (const drawn of state.charts) onPointer(drawn, pointing);
    state.groups = state.panels.map(({ series, grouped }) => (grouped ? series.map(groupItem) : []));
    const parts = state.panels.flatMap(({ label }, index) => [
      label && h("p", { class: "panel-unit muted" }, label),
      state.charts[index].element,
      state.groups[index].length > 0 && h("ul", { class: "groups-legend" }, state.groups[index].map(({ item }) => item)),
    ]);
    const empty = h("p", { class: "muted" }, "Every measure is hidden. Choose one above the chart to see it.");
    stage.replaceChildren(...(shown.length ? parts.filter(Boolean) : [empty]));
    tell();
  }

  /** Tells the numbers of the bucket that is pointed at, or of all. */
  function tell() {
    const { at, anchor } = state;
    for (const drawn of state.charts) drawn.point(at, anchor);
    const bucket = at === null ? null : state.data.buckets[at];
    for (const { measure, value } of legend) value.textContent = told(measure);
    for (const { line, value } of state.groups.flat()) value.textContent = number(amount(line.measure, line.group));
    reading.textContent = title(bucket, anchor);
    focus.setAttribute("aria-valuenow", at ?? pointing.last());
    focus.setAttribute("aria-valuetext", bucket ? spoken(bucket) : "Totals of the whole range");
  }

  /** The number of the bucket that is pointed at, or of all. */
  function amount({ name }, source) {
    return state.at === null ? source.summary[`total_${name}`] : source.buckets[state.at]?.[name] ?? 0;
  }

  function told(measure) {
    const before = shownBefore(state.data, view);
    const now = withUnit(number(amount(measure, state.data)), unitOf(measure));
    return before ? `${now} (before: ${number(amount(measure, before))})` : now;
  }

  function title(bucket, anchor) {
    if (!bucket) return "Totals of the whole range";
    const ends = [...new Set([anchor ?? state.at, state.at])].sort((one, other) => one - other);
    const times = ends.map((index) => bucketStart(new Date(state.data.buckets[index].timestamp))).join(" to ");
    return ends.at(-1) < state.data.buckets.length - unfinished(state.data) ? times : `${times}, not final yet`;
  }

  function spoken(bucket) {
    const values = shown.map((measure) => `${measure.title} ${told(measure)}${ofGroups(measure)}`);
    return `${title(bucket, state.anchor)}: ${values.join(", ")}`;
  }

  function ofGroups({ name }) {
    const lines = state.groups.flat().map(({ line }) => line).filter(({ measure }) => measure.name === name);
    const values = lines.map(({ label, group }) => `${label} ${number(group.buckets[state.at][name])}`);
    return values.length ? ` (${values.join(", ")})` : "";
  }
}

const HELP = "Drag to look closer. With the keyboard: arrows read, Shift and arrows select, Enter zooms, minus goes back out.";

/** What the lines of the time before look like, or why there are none. */
function comparison(data, view) {
  if (shownBefore(data, view)) return `Dotted: ${beforeInWords(view)}. `;
  return view.compare && data.previous?.unavailable ? `There is nothing to compare with: ${data.previous.unavailable}. ` : "";
}

/** Where a bucket stands in newer data, which may begin later. */
const indexOf = ({ buckets }, { timestamp }) => buckets.findIndex((bucket) => bucket.timestamp === timestamp);

/** What makes the chart readable by keyboard: a slider whose value is a bucket. */
const slider = (onkeydown, onblur) => ({
  class: "chart-focus", id: "chart", tabindex: "0", role: "slider", "aria-label": "Bucket of the chart",
  "aria-describedby": "chart-help", "aria-valuemin": "0", onkeydown, onblur,
});

function legendItem(measure, shown, toggle) {
  const value = h("span", { class: "legend-value" });
  const button = h(
    "button",
    {
      type: "button", class: "legend-item", id: `measure-${measure.name}`, "aria-pressed": String(shown),
      title: measure.description, onclick: () => toggle(measure.name),
    },
    measure.color !== null && h("span", { class: `swatch series-${measure.color}` }),
    h("span", { class: "legend-name" }, measure.title),
    value,
  );
  return { measure, value, button };
}

function groupItem(line) {
  const value = h("span", { class: "legend-value" });
  const item = h("li", {}, h("span", { class: `swatch series-${line.color}` }), line.label, value);
  return { line, value, item };
}
