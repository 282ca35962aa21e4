// What is shown: read from the address bar, written to it, and settled against what the person may see.

import { duration, seconds } from "./format.js";
import { zoneNamed } from "./zone.js";

export const RANGES = ["1h", "24h", "7d", "30d"];

/** How many groups may be told apart; what is left is “other”. */
export const TOPS = [3, 5, 10];
const TOP = 5;

/** Whose rows may be shown, each with the catalogue's name of its route. */
export const SCOPES = [
  { id: "own", route: "me", label: "Own" },
  { id: "team", route: "team", label: "Team" },
  { id: "everyone", route: "admin", label: "Everyone" },
];

const FILTER = "filter.";
/** More points than this are neither readable nor quick to draw. */
const MOST_BUCKETS = 3000;
const ENOUGH_BUCKETS = 20;

/** The state that an address holds; whatever it leaves out is left open. */
export function parse(search) {
  const parameters = new URLSearchParams(search);
  const filters = {};
  for (const [name, value] of parameters) {
    if (name.startsWith(FILTER) && value) (filters[name.slice(FILTER.length)] ??= []).push(value);
  }
  const range = parameters.get("range");
  const [from, to] = ["from", "to"].map((name) => moment(parameters.get(name)));
  const zoomed = from && to && from < to;
  return {
    metric: parameters.get("metric"),
    scope: parameters.get("rows"),
    team: parameters.get("team"),
    range: RANGES.includes(range) ? range : "24h",
    from: zoomed ? from : null,
    to: zoomed ? to : null,
    zone: zoneNamed(parameters.get("tz")),
    group: parameters.get("group"),
    top: TOPS.find((top) => String(top) === parameters.get("top")) ?? TOP,
    compare: parameters.get("compare") === "previous",
    interval: parameters.get("interval"),
    hidden: parameters.getAll("hide"),
    filters,
  };
}

/** A moment as it is written in addresses; nothing when it is none. */
function moment(text) {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}

/** The address of a state, relative to this page. */
export function address(state) {
  const parameters = new URLSearchParams();
  const { metric, scope, team, range, from, to, interval, zone, group, hidden, filters } = state;
  const top = group && state.top !== TOP ? state.top : null;
  const compare = state.compare ? "previous" : null;
  const named = { metric, rows: scope, team, range, from, to, interval, tz: zone, group, top, compare };
  for (const [name, value] of Object.entries(named)) if (value) parameters.set(name, value);
  for (const [name, values] of Object.entries(filters)) {
    for (const value of values) parameters.append(FILTER + name, value);
  }
  for (const measure of hidden) parameters.append("hide", measure);
  return `/?${parameters}`;
}

export const hasTeam = (metric) => metric.dimensions.some((dimension) => dimension.role === "team");

/** The teams that a metric can be asked for in a scope: nothing when the scope needs no team. */
export function teamsOf(metric, scope) {
  const route = metric.routes[scope.route];
  return hasTeam(metric) && scope.id !== "everyone" ? (route?.teams ?? []) : null;
}

/** Whether a metric answers in a scope at all. A route of teams is of no use to somebody without one. */
export const answers = (metric, scope) =>
  Boolean(metric.routes[scope.route]) && teamsOf(metric, scope)?.length !== 0;

/** The scopes in which at least one of the metrics answers. */
export const scopesOf = (metrics) => SCOPES.filter((scope) => metrics.some((metric) => answers(metric, scope)));

/**
 * The scope and the team that a state means to this person, and what to tell them where it is not what the address
 * says: shared links are read by others than those who wrote them. `teamNames` has the names of their teams by id.
 */
export function settle(state, metrics, teamNames) {
  const scopes = scopesOf(metrics);
  const asked = SCOPES.find(({ id }) => id === state.scope);
  const scope = scopes.includes(asked) ? asked : scopes[0];
  const teams = [...new Set(metrics.flatMap((metric) => (scope && teamsOf(metric, scope)) ?? []))].sort();
  const team = teams.includes(state.team) ? state.team : (teams[0] ?? null);
  const notices = [];
  if (asked && scope && asked !== scope) {
    notices.push(`The link asks for the rows of “${asked.label}”, which your account may not see: this is “${scope.label}”.`);
  } else if (state.team && teams.length && team !== state.team) {
    notices.push(`The link is about the team ${state.team}, which you cannot see: this is the team ${teamNames.get(team) ?? team}.`);
  }
  return { ...state, scope: scope?.id, scopes, team, teams, teamNames, notices };
}

/** The scope of one metric: the chosen one, or the first in which it answers. */
export function scopeFor(metric, state) {
  const chosen = SCOPES.find(({ id }) => id === state.scope);
  return chosen && answers(metric, chosen) ? chosen : scopesOf([metric])[0];
}

/** The team whose rows a metric shows in a scope: the chosen one if it has it, or its first; nothing without teams. */
export function teamFor(metric, scope, state) {
  const teams = teamsOf(metric, scope);
  return teams?.includes(state.team) ? state.team : teams?.[0];
}

/** Whose rows a metric shows, behind “nothing was counted”: a member may see nothing where their team has much. */
export function forWhom(metric, state) {
  const scope = scopeFor(metric, state);
  const own = scope.id === "own" && metric.dimensions.some(({ role }) => role === "user");
  const team = teamFor(metric, scope, state);
  const name = team && (state.teamNames.get(team) ?? team);
  return `${own ? " for you" : ""}${name ? ` ${own ? "in" : "for"} ${name}` : ""}`;
}

/** What a state says about one metric alone, left out: for the way to another. */
export const elsewhere = (state, metric) => ({ ...state, metric, filters: {}, hidden: [], group: null, compare: false });

/** The time of a state: how long it is, how far back it begins, both in seconds, and how the API is asked for it. */
export function span({ range, from, to }) {
  if (!from) return { length: seconds(range), reach: seconds(range), query: { time_range: range } };
  const begin = Date.parse(from);
  return {
    length: (Date.parse(to) - begin) / 1000,
    reach: (Date.now() - begin) / 1000,
    query: { start: from, end: to },
  };
}

/** The time of a state in words, as what something happened in. */
export const spanInWords = (state) => (state.from ? "in this part of the time" : `in the last ${duration(state.range)}`);

/** The time of the same length before that of a state, in words. */
export const beforeInWords = (state) => (state.from ? "as much time before" : `the ${duration(state.range)} before`);

/** The range of a state from one moment to another, to begin with where others are chosen. */
export function latestPart({ range }) {
  const minute = 60_000;
  const to = Math.ceil(Date.now() / minute) * minute;
  const [begin, end] = [to - 1000 * seconds(range), to].map((moment) => new Date(moment).toISOString());
  return { from: begin, to: end };
}

/** The intervals of a metric that the time of a state can be read in, finest first. */
export function intervalsFor(metric, state) {
  const { length, reach } = span(state);
  const kept = metric.intervals.filter((interval) => interval.retention_seconds >= reach);
  const fits = kept.filter((interval) => length / interval.seconds >= 2 && length / interval.seconds <= MOST_BUCKETS);
  return fits.length ? fits : kept.slice(0, 1);
}

/** The interval to read a metric in: the chosen one if it fits, otherwise the coarsest that still shows a shape. */
export function intervalFor(metric, state) {
  const fitting = intervalsFor(metric, state);
  const chosen = fitting.find(({ interval }) => interval === state.interval);
  const enough = fitting.filter((interval) => span(state).length / interval.seconds >= ENOUGH_BUCKETS);
  return chosen ?? enough.at(-1) ?? fitting[0];
}

/** Whether a metric is kept for long enough to show the time of a state. */
export const keeps = (metric, state) => intervalsFor(metric, state).length > 0;
