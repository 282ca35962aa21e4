// The numbers to take away: CSV, JSON, and the same query for a terminal.

import { h } from "./dom.js";
import { stringify } from "./exact.js";
import { command, quote } from "./terminal.js";

/** The buttons and the command for what `shown` says is shown. `url` is where it came from. */
export function downloads(metric, shown, url) {
  const save = (ending, type, text) => () => download(`${metric.type}.${ending}`, type, text(shown()));
  const json = (data) => stringify({ success: true, data });
  return [
    h("div", { class: "actions" },
      h("button", { type: "button", class: "button", id: "csv", onclick: save("csv", "text/csv", (data) => csv(metric, data)) }, "Download CSV"),
      h("button", { type: "button", class: "button", id: "json", onclick: save("json", "application/json", json) }, "Download JSON")),
    h("details", { class: "terminal" }, h("summary", { id: "terminal" }, "Ask for this in a terminal"),
      h("p", { class: "muted" }, "Sign in once; the cookie is kept in the file “cookies”."),
      command("curl-login", loginCommand()),
      command("curl-query", `curl --cookie cookies ${quote(location.origin + url)}`)),
  ];
}

/**
 * As RFC 4180 wants it. Where there are groups, each has its rows, which say what kind of group it is: nothing else
 * tells the others from a value.
 */
export function csv(metric, data) {
  const measures = metric.measures.map(({ name }) => name);
  const { group_by: dimension, groups } = data;
  const names = groups ? ["timestamp", "kind", dimension, ...measures] : ["timestamp", ...measures];
  const row = (bucket, named) => [bucket.timestamp, ...named, ...measures.map((name) => bucket[name])];
  const rows = groups
    ? groups.flatMap(({ kind, value, buckets }) => buckets.map((bucket) => row(bucket, [kind, value ?? ""])))
    : data.buckets.map((bucket) => row(bucket, []));
  return [names, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** What would end a cell stands in quotes. */
const cell = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

const loginCommand = () =>
  `curl --cookie-jar cookies --json '{"email": "…", "password": "…"}' ${quote(`${location.origin}/api/auth/login`)}`;

function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  // Not at once: some browsers read it later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
