import { describe, expect, it } from "vitest";
import { Shape } from "../../../../src/policies/validate/schemas/shape.ts";
import { type Pair, readPairs } from "../../../../src/policies/validate/values/form-pairs.ts";
import {
  readFormParameter,
  readSimpleParameter,
  REPEATED,
  type Style,
  UNREADABLE,
} from "../../../../src/policies/validate/values/parameter.ts";

const shapeOf = (schema: unknown) => new Shape(new Map(), [schema]);
const pairsOf = (query: string) => readPairs(query) as Pair[];
const COLORS = { type: "array", items: { type: "string" } };
const RGB = { type: "object", properties: { R: { type: "integer" }, G: { type: "integer" }, B: { type: "integer" } } };
const INTEGER = { type: "integer" };

function shown(read: ReturnType<typeof readFormParameter>): unknown {
  return typeof read === "object" ? read.value : read;
}

// The table of "Style Examples" in OpenAPI 3.0.3 and 3.1.1, with numbers where it has them.
describe("parameters in paths and header fields", () => {
  it.each<[style: Style, explode: boolean, schema: unknown, raw: string, value: unknown]>([
    ["simple", false, INTEGER, "5", 5],
    ["simple", false, INTEGER, "05", "05"],
    ["simple", false, COLORS, "blue,black,brown", ["blue", "black", "brown"]],
    ["simple", false, COLORS, "a%2Cb,c", ["a,b", "c"]],
    ["simple", false, COLORS, "", []],
    ["simple", false, RGB, "R,100,G,200,B,150", { R: 100, G: 200, B: 150 }],
    ["simple", true, RGB, "R=100,G=200,B=150", { R: 100, G: 200, B: 150 }],
    ["simple", true, RGB, "R=100,R=200", REPEATED],
    ["simple", false, INTEGER, "%zz", UNREADABLE],
    ["label", false, INTEGER, ".5", 5],
    ["label", false, COLORS, ".blue,black,brown", ["blue", "black", "brown"]],
    ["label", false, COLORS, ".blue.black.brown", ["blue", "black", "brown"]],
    ["label", true, COLORS, ".blue.black.brown", ["blue", "black", "brown"]],
    ["label", false, RGB, ".R,100,G,200", { R: 100, G: 200 }],
    ["label", true, RGB, ".R=100.G=200", { R: 100, G: 200 }],
    ["matrix", false, INTEGER, ";color=5", 5],
    ["matrix", false, COLORS, ";color=blue,black", ["blue", "black"]],
    ["matrix", true, COLORS, ";color=blue;color=black", ["blue", "black"]],
    ["matrix", false, RGB, ";color=R,100,G,200", { R: 100, G: 200 }],
    ["matrix", true, RGB, ";R=100;G=200", { R: 100, G: 200 }],
    ["matrix", false, INTEGER, ";other=5", UNREADABLE],
    ["matrix", true, INTEGER, ";color=5;color=6", REPEATED],
  ])("%s, explode %s: %j reads %j as %j", (style, explode, schema, raw, value) => {
    const read = readSimpleParameter({ name: "color", style, explode, shape: shapeOf(schema) }, raw);
    expect(shown(read)).toEqual(value);
  });
});

describe("parameters in queries", () => {
  it.each<[style: Style, explode: boolean, schema: unknown, query: string, value: unknown]>([
    ["form", true, INTEGER, "color=5", 5],
    ["form", true, INTEGER, "other=5", undefined],
    ["form", true, INTEGER, "color=5&color=6", REPEATED],
    ["form", true, INTEGER, "color", ""],
    ["form", true, COLORS, "color=blue&x=1&color=black", ["blue", "black"]],
    ["form", true, COLORS, "color=blue,black", ["blue,black"]],
    ["form", false, COLORS, "color=blue,black&x=1", ["blue", "black"]],
    ["form", false, COLORS, "color=blue&color=black", ["blue", "black"]],
    ["form", true, RGB, "R=100&G=200&x=1", { R: 100, G: 200 }],
    ["form", true, RGB, "x=1", undefined],
    ["form", false, RGB, "color=R,100,G,200", { R: 100, G: 200 }],
    ["spaceDelimited", false, COLORS, "color=blue%20black+brown", ["blue", "black", "brown"]],
    ["pipeDelimited", false, COLORS, "color=blue|black%7Cbrown", ["blue", "black", "brown"]],
    ["deepObject", true, RGB, "color[R]=100&color%5BG%5D=200&colors[B]=1", { R: 100, G: 200 }],
    ["deepObject", true, RGB, "color[R]=1&color[R]=2", REPEATED],
    ["deepObject", true, RGB, "color[R=1", UNREADABLE],
    [
      "deepObject",
      true,
      { type: "object", properties: { a: { type: "object", properties: { b: INTEGER } } } },
      "color[a][b]=1",
      { a: { b: 1 } },
    ],
    ["deepObject", true, { type: "object", properties: { a: COLORS } }, "color[a]=x&color[a]=y", { a: ["x", "y"] }],
    ["deepObject", true, { type: "object", properties: { a: COLORS } }, "color[a][]=x&color[a][]=y", { a: ["x", "y"] }],
    ["deepObject", true, RGB, `color${"[a]".repeat(9)}=1`, UNREADABLE],
    ["form", true, { type: ["integer", "null"] }, "color=null", null],
    ["form", true, { anyOf: [INTEGER, { type: "boolean" }] }, "color=true", true],
    ["form", true, { type: "string" }, "color=12", "12"],
    ["form", true, { type: "string" }, "color=a+b%2B", "a b+"],
    ["form", true, { enum: [1, 2] }, "color=2", 2],
  ])("%s, explode %s: %j reads %j as %j", (style, explode, schema, query, value) => {
    const read = readFormParameter({ name: "color", style, explode, shape: shapeOf(schema) }, pairsOf(query));
    expect(shown(read)).toEqual(value);
  });

  it("cannot reach the prototype of anything", () => {
    const pairs = pairsOf("color[__proto__][polluted]=1&color[constructor][prototype][polluted]=1");
    const read = readFormParameter({ name: "color", style: "deepObject", explode: true, shape: shapeOf({}) }, pairs);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(typeof read === "object" && Object.keys(read.value as object)).toEqual(["__proto__", "constructor"]);
  });
});
