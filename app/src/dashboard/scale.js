// Round numbers and round times for axes.

import { atClock, onClock } from "./zone.js";

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

/** Round times of the shown clock between two moments, at most `count` of them, and `finest` apart at least. */
export function timeTicks(start, end, count, finest) {
  const step = STEPS.find((candidate) => candidate >= finest && (end - start) / candidate <= count) ?? STEPS.at(-1);
  const ticks = new Set();
  for (let shown = floor(onClock(start), Math.min(step, DAY)); shown <= onClock(end); shown += step) ticks.add(atClock(shown));
  return { ticks: [...ticks].filter((tick) => tick >= start && tick <= end), step };
}

const floor = (value, step) => Math.floor(value / step) * step;

export const isMidnight = (moment) => onClock(moment) % DAY === 0;
