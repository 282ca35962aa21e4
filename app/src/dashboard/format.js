// Numbers, times and names, as the reader's locale writes them.

const whole = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const lessThanOne = new Intl.NumberFormat(undefined, { style: "percent", maximumSignificantDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const moment = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit",
});
const brief = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

export const number = (value) => whole.format(value);

export const average = (value) => decimal.format(value);

export const percentage = (ratio) => (ratio < 0.005 ? lessThanOne : percent).format(ratio);

/** Short enough for an axis or the head of a card; `number` where all digits count. */
export const short = (value) => (value < 10_000 ? whole.format(value) : compact.format(value));

export const time = (date) => clock.format(date);

export const date = (date) => day.format(date);

/** When a bucket starts. */
export const bucketStart = (date) => moment.format(date);

/** As `bucketStart`, where there is less space. */
export const briefTime = (date) => brief.format(date);

/**
 * `server_installations` becomes `Server installations`. Which words are abbreviations, a name in snake case does not
 * say; its description does, by writing them in capitals. Of “id” everybody knows.
 */
export function humanize(name, description = "") {
  const capitals = new Map(["ID", ...(description.match(/\b[A-Z]{2,}/g) ?? [])].map((word) => [word.toLowerCase(), word]));
  const words = name.split("_").map((word) => capitals.get(word) ?? word).join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a metric is called. */
export const title = (metric) => humanize(metric.type, metric.description);

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
