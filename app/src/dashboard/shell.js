// What frames every page: the mark, who is signed in, and the way out.

import { h, replace } from "./dom.js";
import { shownZone } from "./zone.js";

const ROLES = { global_admin: "Administrator", global_user: "Member" };

/** Draws the head of the page. */
export function showHeader(me, home, signOut) {
  const brand = h(
    "a",
    { class: "brand", id: "home", href: home, "data-page": true },
    h("img", { src: "/assets/favicon.svg", alt: "", width: "28", height: "28" }),
    "Metrics",
  );
  const account = h(
    "div",
    { class: "account" },
    h("span", { class: "who" }, h("span", { class: "email", id: "who", title: me.id }, me.email),
      h("span", { class: "role muted" }, ROLES[me.role] ?? me.role)),
    h("button", { type: "button", class: "button", id: "sign-out", onclick: signOut }, "Sign out"),
  );
  replace(document.getElementById("header"), h("div", { class: "bar" }, brand, account));
}

/** The foot of a page. */
export function footer() {
  return h(
    "footer",
    { class: "foot muted" },
    h("span", {}, `Times are those of ${shownZone()}.`),
    h("a", { href: "/api/docs", id: "api" }, "API: browse and try it"),
  );
}
