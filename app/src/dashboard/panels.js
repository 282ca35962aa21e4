// Which lines stand in which panel of a chart.

const OTHER = "other";
const COLOURS = 10;

export const colour = (index) => index % COLOURS;

/**
 * Measures of different units do not share an axis, so that each unit has a panel of its own. Where there are groups,
 * each measure has one, with a line for each group. `before` is shown behind, if there is one: a series of the same length.
 */
export const panelsOf = (data, measures, before) => (data.groups ? byMeasure(data, measures) : byUnit(data, measures, before));

function byUnit(data, measures, before) {
  const units = [...Map.groupBy(measures, ({ unit }) => unit ?? "")];
  return units.map(([unit, ofUnit]) => ({
    label: units.length > 1 ? unit || "count" : null,
    series: ofUnit.map((measure) => ({ color: measure.color, values: values(data, measure), before: before && values(before, measure) })),
  }));
}

const byMeasure = (data, measures) =>
  measures.map((measure) => ({
    label: measure.title,
    grouped: true,
    series: data.groups.map((group, index) => ({
      group, measure, label: groupName(group), color: group.kind === "value" ? colour(index) : OTHER, values: values(group, measure),
    })),
  }));

const values = ({ buckets }, { name }) => buckets.map((bucket) => Number(bucket[name]));

/** What a group is called. */
export function groupName({ kind, value }) {
  if (kind === "other") return "Other";
  if (kind === "overflow") return "Not told apart (overflow)";
  return value === "" ? "(empty)" : String(value);
}
