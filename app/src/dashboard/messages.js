// What is shown instead of numbers: that they are coming, that there are none, or what went wrong.

import { h } from "./dom.js";

/** Something to read, with at most one thing to do about it. */
export function message(title, text, action = null) {
  return h("div", { class: "message" }, title && h("p", { class: "message-title" }, title), text && h("p", {}, text), action);
}

/** What went wrong, and the button that tries again. */
export function failure(error, retry) {
  const button = h("button", { type: "button", class: "button", onclick: retry }, "Try again");
  const box = message("This could not be loaded", error.message, button);
  box.setAttribute("role", "alert");
  return box;
}

export const notice = (text) => h("p", { class: "notice", role: "status" }, text);

/** Takes the place of what is loading, and of its size. */
export const skeleton = (kind) => h("div", { class: `skeleton ${kind}`, "aria-hidden": "true" });

/** For people whose account sees nothing yet. */
export function nothingToSee(me) {
  const text = me.teams.length
    ? "Your role gives you no metric to see. Ask an administrator which role you need."
    : `You belong to no team yet. Ask an administrator to add you to one; your id is “${me.id}”.`;
  return message("There is nothing to show yet", text);
}
