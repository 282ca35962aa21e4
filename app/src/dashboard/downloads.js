// The numbers to take away: CSV, JSON, and the same query for a terminal.

import { h } from "./dom.js";
import { command, quote } from "./terminal.js";

/** The buttons and the command for what is shown. `url` is where it came from. */
export function downloads(metric, data, url) {
  const save = (ending, type, text) => () => download(`${metric.type}.${ending}`, type, text());
  const json = () => JSON.stringify({ success: true, data }, null, 2);
  return [
    h("div", { class: "actions" },
      h("button", { type: "button", class: "button", id: "csv", onclick: save("csv", "text/csv", () => csv(metric, data)) }, "Download CSV"),
      h("button", { type: "button", class: "button", id: "json", onclick: save("json", "application/json", json) }, "Download JSON")),
    h("details", { class: "terminal" }, h("summary", {}, "Ask for this in a terminal"),
      h("p", { class: "muted" }, "Sign in once; the cookie is kept in the file “cookies”."),
      command("curl-login", loginCommand()),
      command("curl-query", `curl --cookie cookies ${quote(location.origin + url)}`)),
  ];
}

/** As RFC 4180 wants it. The names of measures are identifiers, and the values numbers: nothing needs quotes. */
export function csv(metric, data) {
  const columns = ["timestamp", ...metric.measures.map(({ name }) => name)];
  const rows = data.buckets.map((bucket) => columns.map((column) => bucket[column]).join(","));
  return [columns.join(","), ...rows, ""].join("\r\n");
}

const loginCommand = () =>
  `curl --cookie-jar cookies --json '{"email": "…", "password": "…"}' ${quote(`${location.origin}/api/auth/login`)}`;

function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  // Not at once: some browsers read it later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
