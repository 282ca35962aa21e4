// The form that opens the dashboard.

import * as api from "./api.js";
import { h, replace } from "./dom.js";

/** Shows the form; calls `done` once somebody is signed in. `reason` says why it is shown again. */
export function showSignIn(done, reason = "") {
  document.title = "Sign in · Metrics";
  document.getElementById("header").replaceChildren();
  const email = field("email", "E-mail", { type: "email", autocomplete: "username", inputmode: "email" });
  const password = field("password", "Password", { type: "password", autocomplete: "current-password" });
  const problem = h("p", { class: "problem", id: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, "Sign in");
  const form = h(
    "form",
    { class: "sign-in", "aria-labelledby": "sign-in-title", onsubmit: submit },
    h("img", { src: "/assets/favicon.svg", alt: "", width: "40", height: "40" }),
    h("h1", { id: "sign-in-title" }, "Sign in to Metrics"),
    h("p", { class: "muted" }, reason || "With the account that your administrator gave you."),
    email.row, password.row, problem, button,
  );
  replace(document.getElementById("main"), h("div", { class: "sign-in-page" }, form));
  email.input.focus();

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    mark("");
    button.disabled = true;
    try {
      await api.signIn(email.input.value, password.input.value);
      await done();
    } catch (error) {
      mark(error.message);
      (error.status === 401 ? password : email).input.select();
    } finally {
      button.disabled = false;
    }
  }

  function mark(text) {
    problem.textContent = text;
    for (const { input } of [email, password]) {
      input.toggleAttribute("aria-invalid", false);
      if (text) input.setAttribute("aria-invalid", "true");
    }
  }
}

function field(name, label, attributes) {
  const input = h("input", { id: name, name, required: true, "aria-describedby": "problem", ...attributes });
  return { input, row: h("div", { class: "field" }, h("label", { for: name }, label), input) };
}
