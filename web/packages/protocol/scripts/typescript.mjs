// SPDX-License-Identifier: Apache-2.0
// JSON Schema (the part of it that our API documents use) to TypeScript.

const identifier = /^[A-Za-z_$][\w$]*$/;
const key = (name) => (identifier.test(name) ? name : JSON.stringify(name));
const refName = (ref) => ref.split("/").at(-1);

function literal(values) {
  return values.map((value) => JSON.stringify(value)).join(" | ");
}

function arrayOf(item) {
  return /^[\w.]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
}

function objectType(schema, depth) {
  const pad = "  ".repeat(depth + 1);
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const doc = field.description ? `${pad}/** ${field.description} */\n` : "";
    return `${doc}${pad}${key(name)}${required.has(name) ? "" : "?"}: ${typeOf(field, depth + 1)};`;
  });
  if (fields.length > 0) return `{\n${fields.join("\n")}\n${"  ".repeat(depth)}}`;
  const extra = schema.additionalProperties;
  if (extra && extra !== true) return `Record<string, ${typeOf(extra, depth)}>`;
  return "Record<string, unknown>";
}

/** The TypeScript type of a schema; `depth` is the indentation of the line it stands on. */
export function typeOf(schema, depth = 0) {
  if (schema === true || schema === undefined) return "unknown";
  if (schema.$ref) return refName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return literal(schema.enum);
  const union = schema.oneOf ?? schema.anyOf;
  if (union) return union.map((part) => typeOf(part, depth)).join(" | ");
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, depth)).join(" & ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => plainType(type, schema, depth)).join(" | ");
}

function plainType(type, schema, depth) {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "array":
      return arrayOf(typeOf(schema.items, depth));
    case "object":
      return objectType(schema, depth);
    case undefined:
      return schema.properties ? objectType(schema, depth) : "unknown";
    default:
      return type;
  }
}

function declaration(name, schema) {
  const doc = schema.description ? `/** ${schema.description.trim().replace(/\s*\n\s*/g, " ")} */\n` : "";
  const body = typeOf(schema);
  if (schema.type === "object" && body.startsWith("{")) return `${doc}export interface ${name} ${body}\n`;
  return `${doc}export type ${name} = ${body};\n`;
}

const header = (source) =>
  `// SPDX-License-Identifier: Apache-2.0\n// Generated from ${source} by "npm run generate". Change that file, not this one.\n\n`;

function messageMap(name, doc, rows) {
  return `/** ${doc} */\nexport interface ${name} {\n${rows.map((row) => `  ${row}`).join("\n")}\n}\n`;
}

/** All of src/generated/realtime.ts. */
export function realtimeSource(document) {
  const { schemas, messages } = document.components;
  const parts = Object.entries(schemas).map(([name, schema]) => declaration(name, schema));
  const list = Object.values(messages);
  const commands = list.filter((message) => message["x-direction"] === "command");
  const events = list.filter((message) => message["x-direction"] === "event");
  const commandRow = (m) => `${key(m.name)}: { data: ${typeOf(m.payload)}; reply: ${m["x-reply"]} };`;
  const forRole = (role) =>
    commands.filter((m) => m["x-roles"].includes(role)).map((m) => JSON.stringify(m.name));
  parts.push(
    messageMap("Commands", "What a client may send, and the data of its ok.", commands.map(commandRow)),
    messageMap(
      "Events",
      "What the server sends unasked.",
      events.map((m) => `${key(m.name)}: ${typeOf(m.payload)};`),
    ),
    `export type CustomerCommand =\n  | ${forRole("customer").join("\n  | ")};\n`,
    `export type AgentCommand =\n  | ${forRole("agent").join("\n  | ")};\n`,
  );
  return header("api/asyncapi.yaml") + parts.join("\n");
}

/** All of src/generated/rest.ts: the component schemas of the REST API. */
export function restSource(document) {
  const schemas = document.components?.schemas ?? {};
  return (
    header("api/openapi.yaml") +
    Object.entries(schemas)
      .map(([name, schema]) => declaration(name, schema))
      .join("\n")
  );
}
