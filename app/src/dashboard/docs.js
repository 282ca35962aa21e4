// The page about the API: every operation of its description, by group, and the schemas that they speak of.

import { whoAmI } from "./api.js";
import { announce, h, replace } from "./dom.js";
import { idOf, methodBadge, operationItem } from "./docs_operation.js";
import { fields } from "./docs_schema.js";
import { failure } from "./messages.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const LOGIN = "post-api-auth-login";
const main = document.getElementById("main");
const context = { document: null, me: null, sent };

async function start() {
  try {
    const response = await fetch("/api/openapi.json");
    if (!response.ok) throw new Error(`The description of the API could not be read: ${response.status}.`);
    context.document = await response.json();
    context.me = await whoAmI();
    draw();
  } catch (error) {
    replace(main, failure(error, start));
  }
}

function draw() {
  const groups = groupsOf(context.document);
  showHeader();
  replace(main, h("div", { class: "page docs" }, navigation(groups), h("div", { class: "docs-main" },
    h("div", { class: "page-head" }, h("div", {},
      h("h1", { id: "title" }, `${context.document.info.title} API`),
      h("p", { class: "muted" }, `Version ${context.document.info.version}. Every operation can be tried here; `,
        h("a", { href: "/api/openapi.json" }, "openapi.json"), " describes them for programs."))),
    groups.map(group), schemas())));
  open();
}

/** The operations by tag, in the order of the description's own list of tags. */
function groupsOf({ paths, tags = [] }) {
  const groups = new Map(tags.map(({ name, description }) => [name, { name, description, operations: [] }]));
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS.filter((candidate) => item[candidate])) {
      const operation = { ...item[method], method, path, takes: METHODS.some((any) => item[any]?.parameters) };
      const [name = "Other"] = operation.tags ?? [];
      if (!groups.has(name)) groups.set(name, { name, operations: [] });
      groups.get(name).operations.push(operation);
    }
  }
  // What takes nothing comes first: it is where to start.
  for (const { operations } of groups.values()) operations.sort((one, other) => one.takes - other.takes);
  return [...groups.values()].filter(({ operations }) => operations.length);
}

const group = ({ name, description, operations }) =>
  h("section", { class: "group", "aria-labelledby": `group-${name}` },
    h("h2", { id: `group-${name}` }, name), description && h("p", { class: "muted" }, description),
    operations.map((operation) => operationItem(operation, context)));

function navigation(groups) {
  const links = groups.map(({ name, operations }) => [
    h("p", { class: "docs-nav-group" }, name),
    h("ul", { role: "list" }, operations.map((operation) =>
      h("li", {}, h("a", { href: `#${idOf(operation)}`, title: `${operation.path}: ${operation.summary}` },
        methodBadge(operation.method), h("span", {}, operation.summary))))),
  ]);
  return h("nav", { class: "docs-nav", "aria-label": "Operations" }, links);
}

function schemas() {
  const all = Object.keys(context.document.components.schemas).map((name) => {
    const item = h("details", { class: "operation", id: `schema-${name}` }, h("summary", {}, h("code", { class: "path" }, name)),
      h("div", { class: "operation-body" }, fields({ $ref: `#/components/schemas/${name}` }, context.document)));
    return item;
  });
  return h("section", { class: "group", "aria-labelledby": "schemas" }, h("h2", { id: "schemas" }, "Schemas"),
    h("p", { class: "muted" }, "What bodies and answers are made of."), all);
}

function showHeader() {
  const brand = h("a", { class: "brand", href: "/" }, h("img", { src: "/assets/favicon.svg", alt: "", width: "28", height: "28" }), "Metrics");
  const who = context.me
    ? [h("span", { class: "who" }, h("span", { class: "email", id: "who" }, context.me.email), h("span", { class: "role muted" }, "signed in")),
      h("a", { class: "button", href: "/" }, "Dashboard")]
    : [h("span", { class: "muted", id: "nobody" }, "Nobody is signed in"), h("a", { class: "button", href: `#${LOGIN}`, id: "sign-in" }, "Sign in")];
  replace(document.getElementById("header"), h("div", { class: "bar" }, brand, h("div", { class: "account" }, who)));
}

/** After an answer: who is signed in may have changed. */
async function sent({ path }) {
  if (!path.startsWith("/api/auth/")) return;
  context.me = await whoAmI();
  showHeader();
  announce(context.me ? `Signed in as ${context.me.email}.` : "Nobody is signed in.");
}

/** Unfolds what the address names. */
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName !== "DETAILS") return;
  target.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}

addEventListener("hashchange", open);
start();
