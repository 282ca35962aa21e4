// Schemas: as a list of fields to unfold, and as an example to start from.

import { h } from "./dom.js";

/** What a reference leads to, and what it is called. */
export function resolve(schema, document) {
  const name = schema?.$ref?.split("/").pop();
  return name ? { name, schema: document.components.schemas[name] ?? {} } : { name: null, schema: schema ?? {} };
}

/** The type of a schema in a few words. */
export function typeOf(schema, document) {
  const { name, schema: target } = resolve(schema, document);
  if (name) return name;
  if ("const" in target) return JSON.stringify(target.const);
  if (target.enum) return target.enum.map((value) => JSON.stringify(value)).join(" | ");
  const variants = target.oneOf ?? target.anyOf;
  if (variants) return variants.map((variant) => typeOf(variant, document)).join(" | ");
  if (target.allOf) return target.allOf.map((part) => typeOf(part, document)).join(" & ");
  if (target.type === "array") return `list of ${typeOf(target.items ?? {}, document)}`;
  const type = [target.type ?? "anything"].flat().join(" or ");
  return target.format ? `${type} (${target.format})` : type;
}

/** A schema as its fields; what they refer to unfolds on demand. */
export function fields(schema, document) {
  const { schema: target } = resolve(schema, document);
  const parts = target.allOf ?? target.oneOf ?? target.anyOf;
  if (parts) return h("div", { class: "schema-parts" }, parts.map((part) => part.$ref ? unfold(part, document) : fields(part, document)));
  if (target.type === "array") return fields(target.items ?? {}, document);
  const properties = Object.entries(target.properties ?? {});
  if (!properties.length) return h("p", { class: "muted schema-type" }, typeOf(target, document));
  const required = target.required ?? [];
  return h("ul", { class: "schema", role: "list" }, properties.map(([name, property]) => field(name, property, required.includes(name), document)));
}

function field(name, schema, required, document) {
  const { schema: target } = resolve(schema, document);
  const inner = target.type === "array" ? resolve(target.items ?? {}, document).schema : target;
  const more = Boolean(inner.properties ?? inner.oneOf ?? inner.allOf);
  const limits = [target.default !== undefined && `default ${JSON.stringify(target.default)}`,
    target.maxLength !== undefined && `at most ${target.maxLength} characters`,
    target.minimum !== undefined && `at least ${target.minimum}`].filter(Boolean).join(", ");
  const head = [
    h("code", { class: "field-name" }, name), required && h("span", { class: "tag" }, "required"),
    h("span", { class: "muted" }, typeOf(schema, document), limits && `, ${limits}`),
  ];
  return h("li", {},
    more ? lazy(head, () => fields(schema, document)) : h("p", { class: "schema-head" }, head),
    target.description && h("p", { class: "muted" }, target.description));
}

/** A schema by its name, unfolding to its fields. */
export function unfold(schema, document) {
  const { name } = resolve(schema, document);
  return lazy(name ? [h("code", {}, name)] : ["Its fields"], () => fields(schema, document));
}

/** Something that is drawn when it is opened: schemas may refer to themselves. */
function lazy(head, body) {
  const details = h("details", { class: "unfold", ontoggle: fill }, h("summary", {}, head));
  return details;

  function fill() {
    if (details.open && details.childElementCount === 1) details.append(body());
  }
}

/** The schemas that a body may be an example of: each variant of what it lists, by name. */
export function variants(schema, document) {
  const { schema: target } = resolve(schema, document);
  const listed = Object.values(target.properties ?? {}).find((property) => property.type === "array");
  const choices = listed?.items?.oneOf ?? [];
  return choices.map((choice) => resolve(choice, document).name);
}

/** Something that a schema allows, to start from. `variant` is the name of the one to take where there are several. */
export function example(schema, document, variant, name = "") {
  const { schema: target } = resolve(schema, document);
  const inner = (part, partName) => example(part, document, variant, partName);
  if ("const" in target) return target.const;
  if (target.enum) return target.enum[0];
  if (target.oneOf) return inner(target.oneOf.find((part) => resolve(part, document).name === variant) ?? target.oneOf[0], name);
  if (target.type === "array") return [inner(target.items ?? {}, name)];
  if (target.properties) return Object.fromEntries(Object.entries(target.properties).map(([key, part]) => [key, inner(part, key)]));
  if (target.type === "integer" || target.type === "number") return Math.max(1, target.minimum ?? 1);
  if (target.type === "boolean") return true;
  if (target.format === "date-time") return new Date().toISOString();
  return name;
}
