// Parameters as the fields of a form.

import { h, prose } from "./dom.js";
import { typeOf } from "./docs_schema.js";

/** A field for each parameter of an operation. `prefix` keeps their ids apart from those of other operations. */
export function parameterFields(parameters, prefix, document, me) {
  return parameters.map((parameter) => {
    const { name, schema = {}, description, required } = parameter;
    const id = `${prefix}-${parameter.in}-${name}`;
    const list = name === "team_id" && me ? teams(id, me) : null;
    const input = inputFor(schema, { id, name, required, "aria-describedby": `${id}-about`, list: list && `${id}-list` });
    const about = [schema.type === "array" && "Several are separated by commas.", description].filter(Boolean);
    return { parameter, input, row: row(id, name, input, [list, hint(id, about.join(" "), typeOf(schema, document), parameter.in)], required) };
  });
}

/** The field for what authenticates a satellite. */
export function keyField(prefix) {
  const id = `${prefix}-key`;
  const input = h("input", { id, type: "password", autocomplete: "off", placeholder: "sk_…", "aria-describedby": `${id}-about` });
  return { input, row: row(id, "Satellite key", input, [hint(id, "From `app keys add`. It stays in this page.", "bearer token", "header")], false) };
}

/** A field for each property of a body that has no structure of its own. */
export function bodyFields(schema, prefix, document) {
  // Browsers offer to keep what is in a password field, and complain where they cannot tell whose it is.
  const signsIn = Object.keys(schema.properties).sort().join() === "email,password";
  return Object.entries(schema.properties).map(([name, property]) => {
    const id = `${prefix}-body-${name}`;
    const required = (schema.required ?? []).includes(name);
    const shown = signsIn ? property : { ...property, format: null };
    const input = inputFor(shown, { id, name, required, "aria-describedby": `${id}-about` });
    return { name, input, row: row(id, name, input, [hint(id, property.description, typeOf(property, document), "body")], required) };
  });
}

/** Whether a body can be filled in field by field. */
export const isFlat = (schema) =>
  Boolean(schema.properties) && Object.values(schema.properties).every(({ type }) => type === "string");

function row(id, name, input, rest, required) {
  return h("div", { class: "parameter" },
    h("label", { for: id }, h("code", {}, name), required && h("span", { class: "tag" }, "required")), input, rest);
}

const hint = (id, description, type, where) =>
  h("p", { class: "muted hint", id: `${id}-about` }, description && prose(`${description} `), h("span", { class: "type" }, `${type}, ${where}`));

function inputFor(schema, attributes) {
  const words = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
  if (words) return h("select", attributes, h("option", { value: "" }, "—"), words.map((word) => h("option", {}, word)));
  const type = schema.format === "password" ? "password" : "text";
  const placeholder = schema.default ?? (schema.format === "date-time" ? "2026-01-10T09:00:00Z" : "");
  return h("input", { ...attributes, type, placeholder, autocomplete: type === "password" ? "current-password" : "off", spellcheck: "false" });
}

const teams = (id, me) =>
  h("datalist", { id: `${id}-list` }, me.teams.map((team) => h("option", { value: team.id }, team.name)));
