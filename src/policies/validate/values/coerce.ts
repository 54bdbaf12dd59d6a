import type { Shape } from "../schemas/shape.ts";

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * What a text of a parameter is, by the types that its schema names: "12" is a number where one may stand, written as JSON
 * writes it, and nothing else is (" 12", "0x0c", "1_2"). A text that is of none of the types stays one, for the schema to refuse.
 */
export function coerceText(text: string, shape: Shape): unknown {
  const { types } = shape;
  if (types.size === 0) return text;
  if (types.has("integer") && INTEGER.test(text)) return Number(text);
  if (types.has("number") && NUMBER.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.has("null") && text === "null") return null;
  return text;
}

/** Sets a member by a name that came from outside: "__proto__" is one like others. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
