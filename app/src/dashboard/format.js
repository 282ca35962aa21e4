// Numbers, times and units, as the reader's locale writes them.

import { shownZone } from "./zone.js";

const whole = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const powers = new Intl.NumberFormat(undefined, { notation: "scientific", maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const lessThanOne = new Intl.NumberFormat(undefined, { style: "percent", maximumSignificantDigits: 1 });

/** Writes moments as a clock in the shown zone has them. */
function clock(options) {
  const clocks = new Map();
  return (moment) => {
    const timeZone = shownZone();
    if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat(undefined, { ...options, timeZone }));
    return clocks.get(timeZone).format(moment);
  };
}

export const number = (value) => whole.format(value);

export const average = (value) => decimal.format(value);

export const percentage = (ratio) => (ratio < 0.005 ? lessThanOne : percent).format(ratio);

/** Short enough for an axis or the head of a card; `number` where all digits count. */
export const short = (value) => (value < 10_000 ? whole : value < MOST_COMPACT ? compact : powers).format(value);

/** From here on, what locales write for compact is longer than an axis is wide: there is no word after “trillion”. */
const MOST_COMPACT = 10 ** 15;

export const time = clock({ timeStyle: "short" });

export const date = clock({ day: "numeric", month: "short" });

/** When a bucket starts. */
export const bucketStart = clock({ weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

/** As `bucketStart`, where there is less space. */
export const briefTime = clock({ day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

/** Words as the beginning of a line. */
export const capitalized = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** A title within a sentence: abbreviations stay as they are. */
export const inSentence = (title) => (/^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title);

/** The unit of a measure, where its name does not say it already. */
export const unitOf = ({ name, unit }) => (name.split("_").includes(unit) ? null : unit);

/** A number with its unit, if it has one. */
export const withUnit = (text, unit) => (unit ? `${text} ${unit}` : text);

const UNITS = { m: ["minute", 60], h: ["hour", 3600], d: ["day", 86_400], w: ["week", 604_800] };

/** `7d` in seconds. */
export const seconds = (range) => parseInt(range, 10) * UNITS[range.slice(-1)][1];

/** `7d` becomes `7 days`. */
export function duration(range) {
  const count = parseInt(range, 10);
  const [unit] = UNITS[range.slice(-1)];
  return new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** Seconds in the largest unit that they are whole in: `3 days`. */
export function length(total) {
  const symbol = ["d", "h", "m"].find((unit) => total % UNITS[unit][1] === 0) ?? "m";
  return duration(`${Math.round(total / UNITS[symbol][1])}${symbol}`);
}
