// Series: how one is asked for, what is said when it changes, and what can be said about it.

import * as api from "./api.js";
import { intervalFor, scopeFor, span, teamFor } from "./view.js";
import { shownZone } from "./zone.js";

const DAY = 86_400;

/** The address of what a state shows of a metric, as a route and its parameters. */
function question(metric, state) {
  const scope = scopeFor(metric, state);
  const team = teamFor(metric, scope, state);
  const parameters = new URLSearchParams();
  if (scope.route === "me" && team) parameters.set("team_id", team);
  for (const [name, value] of Object.entries(span(state).query)) parameters.set(name, value);
  const { interval, seconds } = intervalFor(metric, state);
  parameters.set("interval", interval);
  const zone = shownZone();
  if (seconds >= DAY && zone !== "UTC" && !state.utc) parameters.set("tz", zone);
  const free = new Set(freeDimensions(metric, scope).map(({ name }) => name));
  for (const [name, values] of Object.entries(state.filters)) {
    for (const value of values) if (free.has(name)) parameters.append(name, value);
  }
  return { route: metric.routes[scope.route].path.replace("{team_id}", encodeURIComponent(team)), parameters, free };
}

/** The address of what a state shows of a metric. */
export function seriesUrl(metric, state) {
  const { route, parameters, free } = question(metric, state);
  if (free.has(state.group)) {
    parameters.set("group_by", state.group);
    parameters.set("top", state.top);
  }
  parameters.set("compare", "previous");
  parameters.set("completeness", "true");
  return `/api/${route}?${parameters}`;
}

/** The values of a dimension that occur in what a state shows, the most frequent first. */
export async function valuesOf(metric, state, dimension, signal) {
  const { route, parameters } = question(metric, { ...state, filters: { ...state.filters, [dimension]: [] } });
  parameters.set("group_by", dimension);
  parameters.set("top", 100);
  const { groups } = await api.series(`/api/${route}?${parameters}`, signal);
  return groups.filter(({ kind }) => kind === "value").map(({ value }) => String(value));
}

/** The dimensions that the route leaves open, which are those to filter by. */
export function freeDimensions(metric, scope) {
  const fixed = { me: ["user", "team"], team: ["team"], admin: [] }[scope.route];
  return metric.dimensions.filter(({ role }) => !fixed.includes(role));
}

/**
 * What a state shows of a metric, and the address it came from. Where the days of the shown zone cannot be had from what
 * is kept, they are those of UTC.
 */
export async function load(metric, state, signal) {
  const url = seriesUrl(metric, state);
  try {
    return { url, data: await api.series(url, signal) };
  } catch (error) {
    if (error.status !== 400 || !/[?&]tz=/.test(url)) throw error;
    return load(metric, { ...state, utc: true }, signal);
  }
}

/** What is shown once an update of a stream has come in. */
export function merged(shown, update) {
  const next = { ...shown, ...update, ...newer(shown, update) };
  if (update.groups) next.groups = update.groups.map((group) => ({ ...group, ...newer(shown.groups.find(sameGroup(group)), group) }));
  if (update.previous?.buckets) next.previous = { ...update.previous, ...newer(shown.previous, update.previous) };
  return next;
}

const sameGroup = (group) => (other) => other.kind === group.kind && other.value === group.value;

/** An update lists the buckets that are new or different; the summary says how many there are, the latest. */
function newer(shown, { buckets, summary }) {
  const known = new Map((shown?.buckets ?? []).map((bucket) => [bucket.timestamp, bucket]));
  for (const bucket of buckets) known.set(bucket.timestamp, bucket);
  const all = [...known.values()].sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
  return { buckets: all.slice(-summary.total_buckets) };
}

/** What a series is shown beside, if the state compares it and there is anything: of groups there is not. */
export const shownBefore = (data, { compare }) => (compare && !data.groups && data.previous?.buckets ? data.previous : null);

/** How many of the last buckets are not final: there may be more to count in them. */
export const unfinished = ({ buckets, completeness }) => buckets.length - completeness.final_buckets;

/**
 * How a measure changed against the period before: a ratio, `Infinity` when there was nothing before, `null` when it
 * cannot be told: buckets that are not final are left out on both sides, and may be all in which anything was counted.
 */
export function change(data, measure) {
  if (!data.previous?.buckets) return null;
  const left = unfinished(data);
  const [now, before] = [data, data.previous].map(({ buckets }) => sum(buckets.slice(0, buckets.length - left), measure));
  if (now === 0 && before === 0) return null;
  return before === 0 ? Infinity : (now - before) / before;
}

const sum = (buckets, measure) => buckets.reduce((total, bucket) => total + Number(bucket[measure]), 0);

/** Whether nothing was counted at all. */
export const isEmpty = (data, measures) => measures.every(({ name }) => data.summary[`total_${name}`] === 0);
