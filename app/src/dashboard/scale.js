// Round numbers and round times for axes.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];

/** Round values from zero to at least `highest`, about `count` of them. Counters are whole, and so are their ticks. */
export function valueTicks(highest, count = 4) {
  const rough = Math.max(highest, 1) / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough));
  const last = Math.ceil(Math.max(highest, 1) / step);
  return Array.from({ length: last + 1 }, (_, index) => index * step);
}

/** Round times of the reader's own clock between two moments, at most `count` of them, and `finest` apart at least. */
export function timeTicks(start, end, count, finest) {
  const step = STEPS.find((candidate) => candidate >= finest && (end - start) / candidate <= count) ?? STEPS.at(-1);
  const ticks = [];
  for (let tick = firstTick(start, step); tick <= end; tick = nextTick(tick, step)) {
    if (tick >= start) ticks.push(tick);
  }
  return { ticks, step };
}

/** The local midnight before `start`, or the step of that day at or before it. */
function firstTick(start, step) {
  const midnight = new Date(start).setHours(0, 0, 0, 0);
  return step >= DAY ? midnight : midnight + Math.floor((start - midnight) / step) * step;
}

/** Days are counted by the calendar, since those on which clocks change are not 24 hours long. */
function nextTick(tick, step) {
  if (step < DAY) {
    const next = tick + step;
    const midnight = new Date(tick).setHours(24, 0, 0, 0);
    return tick < midnight && next > midnight ? midnight : next;
  }
  const date = new Date(tick);
  return date.setDate(date.getDate() + step / DAY);
}

export const isMidnight = (moment) => {
  const date = new Date(moment);
  return date.getHours() === 0 && date.getMinutes() === 0;
};
