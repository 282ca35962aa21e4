// The controls above the numbers: whose rows, which time, how fine, by which clock.

import { h } from "./dom.js";
import { duration, length } from "./format.js";
import { period } from "./period.js";
import { RANGES, intervalFor, intervalsFor, keeps, latestPart } from "./view.js";
import { zoneOptions } from "./zone.js";

const CUSTOM = "custom";

/** The controls for a settled state. `change` gets what the person chose; `metrics` are those that are shown. */
export function controls(state, metrics, change) {
  const showTeams = state.scope !== "everyone" && state.teams.length > 0;
  return h(
    "div",
    { class: "controls", role: "group", "aria-label": "What is shown" },
    segmented("Time range", "range", rangeOptions(metrics), state.from ? CUSTOM : state.range, (range) =>
      change(range === CUSTOM ? latestPart(state) : { range, from: null, to: null })),
    state.from && period(state, change),
    segmented("Rows of", "rows", state.scopes, state.scope, (scope) => change({ scope })),
    showTeams && picker("Team", "team", teamOptions(state), state.team, (team) => change({ team })),
    picker("Interval", "interval", intervalOptions(state, metrics), state.interval ?? "", (interval) =>
      change({ interval: interval || null })),
    picker("Time zone", "zone", zoneOptions(), state.zone ?? "", (zone) => change({ zone: zone || null })),
  );
}

const teamOptions = ({ teams, teamNames }) => teams.map((id) => ({ id, label: teamNames.get(id) ?? id }));

/** A range that none of the metrics is kept for cannot be chosen. */
const rangeOptions = (metrics) => [
  ...RANGES.map((id) => ({ id, label: id, title: duration(id), disabled: !metrics.some((metric) => keeps(metric, { range: id })) })),
  { id: CUSTOM, label: "Custom", title: "From one moment to another" },
];

/** Those of the metrics that fit the range, and the choice to leave it open. */
function intervalOptions(state, metrics) {
  const fitting = new Map();
  for (const metric of metrics) {
    for (const { interval, seconds } of intervalsFor(metric, state)) fitting.set(interval, seconds);
  }
  const sorted = [...fitting].sort(([, one], [, other]) => one - other);
  const open = new Set(metrics.map((metric) => intervalFor(metric, { ...state, interval: null })?.seconds));
  const automatic = open.size === 1 && !open.has(undefined) ? `Auto (${length([...open][0])})` : "Auto";
  return [{ id: "", label: automatic }, ...sorted.map(([id, seconds]) => ({ id, label: length(seconds) }))];
}

function segmented(legend, name, options, chosen, change) {
  const choices = options.map(({ id, label, title, disabled = false }) => [
    h("input", {
      type: "radio", class: "visually-hidden", id: `${name}-${id}`, name, value: id,
      checked: id === chosen, disabled, onchange: () => change(id),
    }),
    h("label", { for: `${name}-${id}`, title }, label),
  ]);
  return h("fieldset", { class: "control" }, h("legend", {}, legend), h("div", { class: "segments" }, choices));
}

/** A label and what can be chosen. */
export function picker(label, id, options, chosen, change) {
  const items = options.map((option) => h("option", { value: option.id, selected: option.id === chosen }, option.label));
  const select = h("select", { id, onchange: () => change(select.value) }, items);
  return h("div", { class: "control" }, h("label", { for: id }, label), select);
}
