// The clock that times are read by: that of the reader, unless they chose another zone.

const readers = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

let chosen = null;

/** Shows times in a zone, or in that of the reader. */
export function showTimesIn(zone) {
  chosen = zone;
}

/** The zone that times are shown in. */
export const shownZone = () => chosen ?? readers();

/** What can be chosen: nothing, for the zone of the reader, UTC, and the names of all others. */
export function zoneOptions() {
  const names = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), ...(chosen ? [chosen] : [])]);
  return [{ id: "", label: `Yours (${place(readers())})` }, ...[...names].map((id) => ({ id, label: place(id) }))];
}

const place = (zone) => zone.replaceAll("_", " ");

/** A zone by its name; nothing when there is none of that name. */
export function zoneNamed(name) {
  try {
    return name && new Intl.DateTimeFormat("en", { timeZone: name }) && name;
  } catch {
    return null;
  }
}

const clocks = new Map();

/** A clock that shows a zone's date and time in numbers. */
function clock(timeZone) {
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
  if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat("en", { ...numeric, hourCycle: "h23", timeZone }));
  return clocks.get(timeZone);
}

/** What the clock shows at a moment, in milliseconds as if it were UTC: its days are all of 24 hours. */
export function onClock(moment) {
  const parts = clock(shownZone()).formatToParts(moment).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The moment at which the clock shows this. What it shows twice is the first of both moments or the second; what it
 * skips is a moment beside.
 */
export function atClock(shown) {
  const guess = shown - (onClock(shown) - shown);
  return guess - (onClock(guess) - shown);
}
