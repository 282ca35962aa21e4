// The time from one moment to another, to be chosen and to be left again.

import { h } from "./dom.js";
import { atClock, onClock } from "./zone.js";

/** The fields for both moments of a state, and the way back to its range. `change` gets what the person chose. */
export function period(state, change) {
  const fields = [["from", "From"], ["to", "To"]].map(([id, label]) => field(id, label, state[id]));
  const [from, to] = fields.map(({ input }) => input);
  const out = () => change({ from: null, to: null });
  return h("form", { class: "period", "aria-label": "From one moment to another", onsubmit: show, oninput: () => to.setCustomValidity("") },
    fields.map(({ element }) => element),
    h("button", { type: "submit", class: "button", id: "show-period" }, "Show"),
    h("button", { type: "button", class: "button quiet", id: "zoom-out", onclick: out }, `Back to ${state.range}`));

  function show(event) {
    event.preventDefault();
    const [begin, end] = [from, to].map(({ value }) => atClock(Date.parse(`${value}Z`)));
    if (begin < end) return change({ from: new Date(begin).toISOString(), to: new Date(end).toISOString() });
    to.setCustomValidity("This is not after the beginning.");
    to.reportValidity();
  }
}

function field(id, label, moment) {
  const value = new Date(onClock(new Date(moment))).toISOString().slice(0, "2026-01-10T09:00".length);
  const input = h("input", { id, type: "datetime-local", value, required: true });
  return { input, element: h("div", { class: "control" }, h("label", { for: id }, label), input) };
}
