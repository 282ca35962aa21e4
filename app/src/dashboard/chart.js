// Charts as SVG: the sparkline of a card, and one panel of a metric's own page.

import { svg } from "./dom.js";
import { date, short, time } from "./format.js";
import { unfinished } from "./series.js";
import { isMidnight, timeTicks, valueTicks } from "./scale.js";

const round = (value) => Math.round(value * 10) / 10;

const path = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${round(x)} ${round(y)}`).join("");

/** The line of one measure, stretched to whatever space there is. */
export function sparkline(data, measure, label) {
  const { buckets } = data;
  const [width, height] = [300, 56];
  const values = buckets.map((bucket) => Number(bucket[measure]));
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, buckets.length - 1);
  const points = values.map((value, index) => [index * step, height - 3 - (value / highest) * (height - 6)]);
  return svg(
    "svg",
    { class: "sparkline", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    shade(points, 0, height, unfinished(data)),
    line(points, 0, unfinished(data)),
  );
}

const MARGIN = { top: 12, right: 12, bottom: 28, left: 52 };

/**
 * A chart of lines over buckets that begin at `starts`, the last `filling` of which are not final. `series` are the
 * values of each line, its colour, and the values `before` if there are any. Returns the element, which bucket is at a
 * point, and how to point at one or at several.
 */
export function chart(starts, series, { width, height, filling }) {
  const area = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const highest = Math.max(0, ...series.flatMap(({ values, before }) => [...values, ...(before ?? [])]));
  const ticks = valueTicks(highest);
  const [first, last] = [starts[0], starts.at(-1)];
  const x = (moment) => area.left + ((moment - first) / Math.max(1, last - first)) * (area.right - area.left);
  const y = (value) => area.bottom - (value / ticks.at(-1)) * (area.bottom - area.top);
  const points = (values) => values.slice(0, starts.length).map((value, index) => [x(starts[index]), y(value)]);
  const pointer = svg("g", { class: "pointer" });
  const element = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    ticks.map((value) => horizontal(value, y(value), area)),
    vertical(starts, x, area),
    series.length === 1 && shade(points(series[0].values), series[0].color, area.bottom, filling),
    series.map(({ before, color }) => before && svg("path", { class: `line before series-${color}`, d: path(points(before)) })),
    series.map(({ values, color }) => line(points(values), color, filling)),
    pointer,
  );
  const at = (pixel) => nearest(starts, first + ((pixel - area.left) / (area.right - area.left)) * (last - first));
  const point = (index, anchor) => pointer.replaceChildren(...(index === null ? [] : [...selection(index, anchor), ...marks(index)]));
  const selection = (index, anchor) => {
    if (anchor === null) return [];
    const [left, right] = [x(starts[Math.min(index, anchor)]), x(starts[Math.max(index, anchor)])];
    return [svg("rect", { class: "selection", x: left, y: area.top, width: right - left, height: area.bottom - area.top })];
  };
  const marks = (index) => [
    svg("line", { class: "crosshair", x1: x(starts[index]), x2: x(starts[index]), y1: area.top, y2: area.bottom }),
    ...series.map(({ values, color }) =>
      svg("circle", { class: `dot series-${color}`, cx: x(starts[index]), cy: y(values[index]), r: 4 })),
  ];
  return { element, at, point };
}

/** Days are not all of the same length, so that they are not counted but searched. */
function nearest(starts, moment) {
  const after = starts.findIndex((start) => start >= moment);
  if (after <= 0) return after === 0 ? 0 : starts.length - 1;
  return moment - starts[after - 1] < starts[after] - moment ? after - 1 : after;
}

function horizontal(value, y, { left, right }) {
  return svg(
    "g",
    {},
    svg("line", { class: value ? "grid" : "grid base", x1: left, x2: right, y1: round(y), y2: round(y) }),
    svg("text", { class: "tick", x: left - 8, y: round(y) + 4, "text-anchor": "end" }, short(value)),
  );
}

function vertical(starts, x, { left, right, bottom }) {
  const [first, second = first, last] = [starts[0], starts[1], starts.at(-1)];
  const { ticks, step } = timeTicks(first, last, Math.max(2, Math.floor((right - left) / 64)), second - first);
  return ticks.map((tick) => {
    const isDay = step >= 86_400_000 || isMidnight(tick);
    const text = isDay ? date(tick) : time(tick);
    const kind = isDay && step < 86_400_000 ? "tick day" : "tick";
    return svg(
      "g",
      {},
      svg("line", { class: "grid base", x1: round(x(tick)), x2: round(x(tick)), y1: bottom, y2: bottom + 4 }),
      svg("text", { class: kind, x: Math.min(right - 16, Math.max(left + 8, round(x(tick)))), y: bottom + 20, "text-anchor": "middle" }, text),
    );
  });
}

/** The points of buckets that are final. */
const final = (points, filling) => points.slice(0, points.length - filling);

/** A line, dashed where the last of its points are of buckets that are not final: its fall says nothing yet. */
function line(points, color, filling) {
  const done = final(points, filling);
  const open = points.slice(Math.max(0, done.length - 1));
  return svg(
    "g",
    {},
    done.length > 0 && svg("path", { class: `line series-${color}`, d: path(done) }),
    filling > 0 && svg("path", { class: `line filling series-${color}`, d: path(open) }),
  );
}

/** What is under a line, as far as it is final. Where lines cross, it would stand for none of them. */
function shade(points, color, bottom, filling) {
  const done = final(points, filling);
  return done.length > 0 && svg("path", { class: `area series-${color}`, d: under(done, bottom) });
}

const under = (points, bottom) => `${path(points)}L${round(points.at(-1)[0])} ${bottom}L${round(points[0][0])} ${bottom}Z`;
