// One operation: what it takes, a form that sends it, and what it answers.

import { h, prose } from "./dom.js";
import { answerPanel } from "./docs_answer.js";
import { bodyFields, isFlat, keyField, parameterFields } from "./docs_fields.js";
import { example, fields, resolve, unfold, variants } from "./docs_schema.js";
import { command, quote } from "./terminal.js";

/** An operation's own part of the address: `get-api-metrics`. */
export const idOf = ({ method, path }) => `${method}${path.replace(/[^A-Za-z0-9]+/g, "-")}`.replace(/-$/, "");

/** An operation, folded; it is drawn when it is opened. `sent` is called after each answer. */
export function operationItem(operation, context) {
  const { method, path, summary } = operation;
  const item = h("details", { class: "operation", id: idOf(operation), "data-operation": `${method} ${path}`, ontoggle: fill },
    h("summary", {}, methodBadge(method), h("code", { class: "path" }, path), h("span", { class: "muted" }, summary)));
  return item;

  function fill() {
    if (item.open && item.childElementCount === 1) item.append(body(operation, context));
  }
}

/** The method, set apart. */
export const methodBadge = (method) => h("span", { class: `method method-${method}` }, method.toUpperCase());

function body(operation, context) {
  return h("div", { class: "operation-body" },
    operation.description && h("p", {}, prose(operation.description)),
    h("p", { class: "muted" }, access(operation)),
    tryForm(operation, context),
    h("section", {}, h("h3", {}, "Answers"), Object.entries(operation.responses).map(([status, response]) => answer(status, response, context))));
}

function access({ security = [] }) {
  const names = security.flatMap((requirement) => Object.keys(requirement));
  if (names.includes("satelliteKey")) return "Needs the key of a satellite.";
  return names.includes("session") ? "Needs somebody who is signed in." : "Open to everybody.";
}

function answer(status, response, { document }) {
  const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
  return h("div", { class: "response" },
    h("p", {}, h("span", { class: `status ${status < 400 ? "good" : "bad"}` }, status), ` ${response.description}`, type && h("span", { class: "muted" }, ` · ${type}`)),
    content?.schema && (content.schema.$ref ? unfold(content.schema, document) : fields(content.schema, document)),
    content?.example !== undefined && exampleOf(content.example));
}

/** Events are text, all else is JSON. */
const exampleOf = (value) =>
  h("details", {}, h("summary", {}, "An example"),
    h("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2)));

function tryForm(operation, context) {
  const id = idOf(operation);
  const needsKey = (operation.security ?? []).some((requirement) => "satelliteKey" in requirement);
  const parameters = parameterFields(operation.parameters ?? [], id, context.document, context.me);
  const key = needsKey ? keyField(id) : null;
  const content = bodyEditor(operation, id, context.document);
  const panel = answerPanel();
  const curl = command(`${id}-curl`, "");
  const form = h("form", { class: "try", "aria-label": `Try ${operation.summary}`, onsubmit: submit, oninput: show, onchange: show },
    key?.row, parameters.map(({ row }) => row), content?.element,
    h("div", { class: "send" }, h("button", { type: "submit", class: "button primary" }, "Send")),
    h("p", { class: "muted curl-label" }, "The same in a terminal"), curl, panel.element);
  show();
  return form;

  function request() {
    const values = parameters.map(({ parameter, input }) => ({ parameter, value: input.value.trim() }));
    const headers = values.filter(({ parameter, value }) => parameter.in === "header" && value).map(({ parameter, value }) => [parameter.name, value]);
    if (key?.input.value) headers.push(["Authorization", `Bearer ${key.input.value.trim()}`]);
    if (content) headers.push(["Content-Type", "application/json"]);
    return { url: urlOf(operation.path, values), method: operation.method.toUpperCase(), headers, body: content?.text() };
  }

  function show() {
    curl.querySelector("code").textContent = curlOf(request(), operation);
  }

  async function submit(event) {
    event.preventDefault();
    const { url, method, headers, body: text } = request();
    const response = await panel.send(url, { method, headers, body: text });
    if (response) context.sent(operation);
  }
}

/** The body: fields where it is flat, otherwise its JSON. */
function bodyEditor({ requestBody }, id, document) {
  const schema = requestBody?.content?.["application/json"]?.schema;
  if (!schema) return null;
  const { schema: target } = resolve(schema, document);
  if (isFlat(target)) {
    const inputs = bodyFields(target, id, document);
    const text = () => JSON.stringify(Object.fromEntries(inputs.map(({ name, input }) => [name, input.value])));
    return { element: inputs.map(({ row }) => row), text };
  }
  const area = h("textarea", { id: `${id}-body`, rows: "14", spellcheck: "false", "aria-label": "Body" });
  const start = (variant) => { area.value = JSON.stringify(example(schema, document, variant), null, 2); };
  const names = variants(schema, document);
  const choice = names.length > 1 && h("div", { class: "parameter" }, h("label", { for: `${id}-variant` }, "Start from an example of"),
    h("select", { id: `${id}-variant`, onchange: (event) => start(event.target.value) }, names.map((name) => h("option", {}, name))));
  start(names[0]);
  return { element: [choice, h("div", { class: "parameter" }, h("label", { for: `${id}-body` }, "Body"), area, unfold(schema, document))], text: () => area.value };
}

function urlOf(path, values) {
  const query = new URLSearchParams();
  let filled = path;
  for (const { parameter: { name, in: place, schema }, value } of values) {
    if (!value) continue;
    if (place === "path") filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    const several = schema?.type === "array" ? value.split(",").map((one) => one.trim()) : [value];
    if (place === "query") for (const one of several) query.append(name, one);
  }
  return query.size ? `${filled}?${query}` : filled;
}

function curlOf({ url, method, headers, body: text }, { security = [] }) {
  const uses = (scheme) => security.some((requirement) => scheme in requirement);
  const given = headers.filter(([name]) => name !== "Content-Type" && name !== "Authorization");
  const options = [
    ...(uses("session") ? ["--cookie cookies"] : []),
    ...(url.endsWith("/login") ? ["--cookie-jar cookies"] : []),
    // The key itself is not for the history of a shell.
    ...(uses("satelliteKey") ? ['--header "Authorization: Bearer $KEY"'] : []),
    ...given.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
    ...(text === undefined ? [] : [`--json ${quote(text)}`]),
    ...(method === "POST" && text === undefined ? ["--request POST"] : []),
  ];
  return ["curl", ...options, quote(location.origin + url)].join(" \\\n  ");
}
