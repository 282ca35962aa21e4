// Series: the address of one, the one before it, and what can be said about the two.

import * as api from "./api.js";
import { seconds } from "./format.js";
import { intervalFor, scopeFor, teamsOf } from "./view.js";

/** The address of what a state shows of a metric. `span` says which time, instead of the state's own range. */
export function seriesUrl(metric, state, span = { time_range: state.range }) {
  const scope = scopeFor(metric, state);
  const teams = teamsOf(metric, scope);
  const team = teams?.includes(state.team) ? state.team : teams?.[0];
  const parameters = new URLSearchParams();
  if (scope.route === "me" && teams) parameters.set("team_id", team);
  for (const [name, value] of Object.entries(span)) parameters.set(name, value);
  parameters.set("interval", intervalFor(metric, state).interval);
  const free = new Set(freeDimensions(metric, scope).map(({ name }) => name));
  for (const [name, values] of Object.entries(state.filters)) {
    for (const value of values) if (free.has(name)) parameters.append(name, value);
  }
  const path = metric.routes[scope.route].path.replace("{team_id}", encodeURIComponent(team));
  return `/api/${path}?${parameters}`;
}

/** The dimensions that the route leaves open, which are those to filter by. */
export function freeDimensions(metric, scope) {
  const fixed = { me: ["user", "team"], team: ["team"], admin: [] }[scope.route];
  return metric.dimensions.filter(({ role }) => !fixed.includes(role));
}

/** What a state shows of a metric, and the same one range earlier where that is still kept. */
export async function load(metric, state, signal) {
  const current = await api.series(seriesUrl(metric, state), signal);
  const length = seconds(state.range);
  const { retention_seconds: kept } = intervalFor(metric, state);
  if (kept < 2 * length) return { current, previous: null };
  const back = (time) => new Date(Date.parse(time) - length * 1000).toISOString();
  const span = { start: back(current.time_range.start), end: back(current.time_range.end) };
  return { current, previous: await api.series(seriesUrl(metric, state, span), signal) };
}

/**
 * How a measure changed against the period before: a ratio, `Infinity` when there was nothing before, `null` when it
 * cannot be told. The last bucket is still filling, so that it is left out on both sides.
 */
export function change({ current, previous }, measure) {
  if (!previous) return null;
  const [now, before] = [current, previous].map(({ buckets }) => sum(buckets.slice(0, -1), measure));
  if (now === before) return 0;
  return before === 0 ? Infinity : (now - before) / before;
}

const sum = (buckets, measure) => buckets.reduce((total, bucket) => total + bucket[measure], 0);

/** Whether nothing was counted at all. */
export const isEmpty = (data, measures) => measures.every(({ name }) => data.summary[`total_${name}`] === 0);
