// Which lines stand in which panel of a chart.

import { humanize } from "./format.js";

const OTHER = "other";

/**
 * Measures of different units do not share an axis, so that each unit has a panel of its own. Where there are groups,
 * each measure has one, with a line for each group.
 */
export const panelsOf = (data, measures) => (data.groups ? byMeasure(data, measures) : byUnit(data, measures));

function byUnit(data, measures) {
  const units = [...Map.groupBy(measures, ({ unit }) => unit ?? "")];
  return units.map(([unit, ofUnit]) => ({
    label: units.length > 1 ? unit || "count" : null,
    series: ofUnit.map((measure) => ({ color: measure.color, values: values(data, measure) })),
  }));
}

const byMeasure = (data, measures) =>
  measures.map((measure) => ({
    label: humanize(measure.name),
    grouped: true,
    series: data.groups.map((group, index) => ({
      group, measure, label: groupName(group), color: group.kind === "value" ? index % 6 : OTHER, values: values(group, measure),
    })),
  }));

const values = ({ buckets }, { name }) => buckets.map((bucket) => Number(bucket[name]));

/** What a group is called. */
export function groupName({ kind, value }) {
  if (kind === "other") return "Other";
  if (kind === "overflow") return "Not told apart (overflow)";
  return value === "" ? "(empty)" : String(value);
}
