// The numbers behind a chart, as a table.

import { h } from "./dom.js";
import { briefTime, humanize, number, title, unitOf, withUnit } from "./format.js";

const ROWS = 100;

/** The buckets, newest first; long tables are shown in full on demand. */
export function table(metric, data) {
  const { measures } = metric;
  const newest = data.buckets.toReversed();
  const body = h("tbody", {}, newest.slice(0, ROWS).map((bucket) => row(bucket, measures)));
  const region = h(
    "div",
    { class: "table-scroll", role: "region", "aria-labelledby": "numbers-title", tabindex: "0", id: "numbers-region" },
    h("table", { id: "numbers" }, h("caption", { class: "visually-hidden" }, `${title(metric)}, newest first`),
      h("thead", {}, heading(measures)), totals(measures, data), body),
  );
  const all = newest.length > ROWS && h("button", { type: "button", class: "button", onclick: showAll }, `Show all ${number(newest.length)} rows`);
  return [region, all];

  function showAll() {
    body.append(...newest.slice(ROWS).map((bucket) => row(bucket, measures)));
    all.remove();
    region.focus();
  }
}

const heading = (measures) =>
  h("tr", {}, h("th", { scope: "col" }, "From"), measures.map((measure) =>
    h("th", { scope: "col", class: "number", title: measure.description }, columnName(measure))));

const columnName = (measure) => withUnit(humanize(measure.name), unitOf(measure) && `(${unitOf(measure)})`);

const totals = (measures, { summary }) =>
  h("tbody", { class: "totals" }, h("tr", {}, h("th", { scope: "row" }, "Total"), measures.map(({ name }) =>
    h("td", { class: "number" }, number(summary[`total_${name}`])))));

const row = (bucket, measures) =>
  h("tr", {},
    h("th", { scope: "row" }, h("time", { datetime: bucket.timestamp }, briefTime(new Date(bucket.timestamp)))),
    measures.map(({ name }) => h("td", { class: "number" }, number(bucket[name]))));
