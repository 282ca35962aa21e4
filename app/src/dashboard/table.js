// The numbers behind a chart, as a table.

import { h } from "./dom.js";
import { briefTime, capitalized, number, unitOf, withUnit } from "./format.js";
import { groupName } from "./panels.js";
import { shownBefore, unfinished } from "./series.js";
import { beforeInWords } from "./view.js";

const ROWS = 100;

/** The buckets, newest first, and how to show newer data; long tables are shown in full on demand. */
export function table(metric, data, state) {
  const { measures } = metric;
  const sums = h("tbody", { class: "totals" });
  const body = h("tbody");
  const region = h(
    "div",
    { class: "table-scroll", role: "region", "aria-label": "Table of the numbers", tabindex: "0", id: "numbers-region" },
    h("table", { id: "numbers" }, h("caption", { class: "visually-hidden" }, `${metric.title}, newest first`),
      h("thead", {}, heading(measures)), sums, body),
  );
  const all = h("button", { type: "button", class: "button", id: "all-rows", onclick: showAll });
  let [shown, rows] = [data, ROWS];
  update(data);
  return { elements: [region, all], update };

  function update(newer) {
    shown = newer;
    const { buckets } = shown;
    sums.replaceChildren(...totals(measures, shown, state));
    const open = unfinished(shown);
    body.replaceChildren(...buckets.slice(-rows).reverse().map((bucket, index) => row(bucket, measures, index < open)));
    all.hidden = buckets.length <= rows;
    all.textContent = `Show all ${number(buckets.length)} rows`;
  }

  function showAll() {
    rows = Infinity;
    update(shown);
    region.focus();
  }
}

const heading = (measures) =>
  h("tr", {}, h("th", { scope: "col" }, "From"), measures.map((measure) =>
    h("th", { scope: "col", class: "number", title: measure.description }, columnName(measure))));

const columnName = (measure) => withUnit(measure.title, unitOf(measure) && `(${unitOf(measure)})`);

/** The total of all, of the time before where it is compared, and of each group where there are groups. */
const totals = (measures, data, state) => [
  total("Total", measures, data),
  ...[shownBefore(data, state)].filter(Boolean).map((before) => total(capitalized(beforeInWords(state)), measures, before)),
  ...(data.groups ?? []).map((group) => total(groupName(group), measures, group)),
];

const total = (name, measures, { summary }) =>
  h("tr", {}, h("th", { scope: "row" }, name), measures.map((measure) =>
    h("td", { class: "number" }, number(summary[`total_${measure.name}`]))));

const row = (bucket, measures, isOpen) =>
  h("tr", {},
    h("th", { scope: "row" },
      h("time", { datetime: bucket.timestamp }, briefTime(new Date(bucket.timestamp))), isOpen && h("span", { class: "tag" }, "not final")),
    measures.map(({ name }) => h("td", { class: "number" }, number(bucket[name]))));
