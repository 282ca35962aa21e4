// What a metric's own page is narrowed to, told apart by and compared with.

import { picker } from "./controls.js";
import { h } from "./dom.js";
import { capitalized } from "./format.js";
import { freeDimensions, valuesOf } from "./series.js";
import { TOPS, beforeInWords, scopeFor } from "./view.js";

/** How to look at the metric, and a field for each dimension that the route leaves open; `go` changes the state. */
export function filters(metric, state, signal, go) {
  const dimensions = freeDimensions(metric, scopeFor(metric, state));
  const form = h("form", { class: "filters", "aria-label": "Filters", onsubmit: apply },
    dimensions.length > 0 && groups(dimensions, state, go),
    dimensions.some(({ name }) => name === state.group) ? tops(state, go) : comparison(state, go),
    dimensions.map((dimension) => filter(metric, state, dimension, signal)),
    dimensions.length > 0 && h("button", { type: "submit", class: "button", id: "apply-filters" }, "Apply filters"),
    Object.keys(state.filters).length > 0 &&
      h("button", { type: "button", class: "button quiet", id: "clear-filters", onclick: () => go({ filters: {} }) }, "Clear"));
  return form;

  function apply(event) {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    go({ filters: Object.fromEntries(given.map(([name, value]) => [name, [value.trim()]])) });
  }
}

function groups(dimensions, state, go) {
  const options = dimensions.map(({ name, title }) => ({ id: name, label: title }));
  return picker("Group by", "group", [{ id: "", label: "Nothing" }, ...options], state.group ?? "", (group) =>
    go({ group: group || null }));
}

function tops(state, go) {
  const options = TOPS.map((top) => ({ id: String(top), label: `The ${top} largest` }));
  return picker("Groups", "top", options, String(state.top), (top) => go({ top: Number(top) }));
}

function comparison(state, go) {
  const options = [{ id: "", label: "Nothing" }, { id: "previous", label: capitalized(beforeInWords(state)) }];
  return picker("Compare with", "compare", options, state.compare ? "previous" : "", (compare) =>
    go({ compare: compare !== "" }));
}

function filter(metric, state, dimension, signal) {
  const { name, title, description } = dimension;
  const id = `filter-${name}`;
  const words = h("datalist", { id: `${id}-values` });
  const offer = () => suggest(words, metric, state, dimension, signal);
  const value = state.filters[name]?.[0] ?? "";
  const input = h("input", { id, name, value, type: "text", placeholder: "any", autocomplete: "off", list: words.id });
  input.addEventListener("focus", offer, { once: true });
  return h("div", { class: "control" }, h("label", { for: id, title: description }, title), input, words);
}

/** Offers the values that a dimension declares, or those that occur. Without them, a value can still be written. */
async function suggest(words, metric, state, { name, values }, signal) {
  const found = values ?? (await valuesOf(metric, state, name, signal).catch(() => []));
  words.replaceChildren(...found.filter((value) => value !== "").map((value) => h("option", { value })));
}
