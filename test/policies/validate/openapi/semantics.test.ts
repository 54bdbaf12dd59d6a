import { describe, expect, it } from "vitest";
import { validate } from "../../../../src/policies/validate/policy.ts";
import { validateSchema } from "../../../../src/policies/validate/schema.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { policyDeps, policyExchange } from "../../support.ts";

/** A policy for an OpenAPI document; `version` is the second part of its version. */
function policyOf(document: Record<string, unknown>, version: 0 | 1 = 0, files: Record<string, string> = {}) {
  const folder = tempDir({ "a.json": JSON.stringify({ openapi: `3.${version}.0`, ...document }), ...files });
  return validate.create(validateSchema.parse({ openapi: "a.json" }), policyDeps({ baseDirectory: folder }));
}

type Policy = ReturnType<typeof policyOf>;

async function faults(policy: Policy, question: Parameters<typeof policyExchange>[0]): Promise<unknown> {
  const verdict = await policy.onRequest?.(policyExchange(question));
  if (verdict === undefined) return [];
  if (verdict.kind !== "problem" || verdict.code !== "GW0514")
    return verdict.kind === "problem" ? verdict.code : verdict;
  const errors = verdict.members?.["errors"] as { in: string; pointer: string; keyword: string }[];
  return errors.map((one) => `${one.in} ${one.pointer} ${one.keyword}`);
}

/** What is wrong with a JSON body, by a schema of a document. */
function ofBody(schema: unknown, value: unknown, version: 0 | 1 = 0, schemas: unknown = {}) {
  const content = { "application/json": { schema } };
  const policy = policyOf(
    { paths: { "/a": { post: { requestBody: { content } } } }, components: { schemas } },
    version,
  );
  const headers = [["content-type", "application/json"]] as const;
  return faults(policy, { method: "POST", path: "/a", headers, body: JSON.stringify(value) });
}

const PET = { type: "object", required: ["kind"], properties: { kind: { type: "string" }, bark: { type: "boolean" } } };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe("the schema dialect of OpenAPI 3.0", () => {
  it.each<[name: string, schema: unknown, value: unknown, expected: string[]]>([
    ["nullable, with a type", { type: "string", nullable: true }, null, []],
    ["nullable, with values", { type: "string", nullable: true, enum: ["a"] }, null, []],
    ["nullable, with values, and none of them", { type: "string", nullable: true, enum: ["a"] }, "b", ["body  enum"]],
    ["nullable, of another schema", { nullable: true, allOf: [ref("Pet")] }, null, []],
    ["nullable, of another schema, and wrong", { nullable: true, allOf: [ref("Pet")] }, {}, ["body /kind required"]],
    ["nullable, beside a reference, which stands alone", { nullable: true, ...ref("Pet") }, null, ["body  type"]],
    ["not nullable", { type: "string", nullable: false }, null, ["body  type"]],
    [
      "exclusive limits",
      { type: "number", minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false },
      1,
      ["body  exclusiveMinimum"],
    ],
    ["limits that are not exclusive", { type: "number", minimum: 1, exclusiveMinimum: false }, 1, []],
    ["whole numbers that fit", { type: "integer", format: "int32" }, 2 ** 31, ["body  format"]],
    ["octets as text", { type: "string", format: "byte" }, "YQ==", []],
    ["octets as text that are none", { type: "string", format: "byte" }, "a", ["body  format"]],
    [
      "examples and extensions, which say nothing",
      { type: "string", example: 3, "x-type": { $ref: "#/no" }, xml: {}, externalDocs: {} },
      "a",
      [],
    ],
    [
      "a read-only member of another part",
      { allOf: [{ properties: { id: { readOnly: true } } }, { required: ["id"] }] },
      {},
      [],
    ],
    [
      "a read-only member that is referred to",
      { type: "object", properties: { id: ref("Id") }, required: ["id"] },
      { id: 1 },
      ["body /id readOnly"],
    ],
    [
      "a read-only member further in",
      { properties: { pet: { allOf: [ref("Own"), { required: ["id"] }] } } },
      { pet: { name: "a" } },
      [],
    ],
    [
      "a write-only member",
      { properties: { word: { type: "string", writeOnly: true } }, required: ["word"] },
      {},
      ["body /word required"],
    ],
  ])("%s", async (_, schema, value, expected) => {
    const schemas = {
      Pet: PET,
      Id: { type: "integer", readOnly: true },
      Own: { properties: { id: { readOnly: true } } },
    };
    expect(await ofBody(schema, value, 0, schemas)).toEqual(expected);
  });
});

describe("the schema dialect of OpenAPI 3.1", () => {
  it.each<[name: string, schema: unknown, value: unknown, expected: string[]]>([
    ["several types", { type: ["string", "null"] }, null, []],
    ["nullable, which it does not know", { type: "string", nullable: true }, null, ["body  type"]],
    ["a reference with more beside it", { ...ref("Pet"), required: ["bark"] }, { kind: "a" }, ["body /bark required"]],
    ["exclusive limits", { exclusiveMinimum: 1 }, 1, ["body  exclusiveMinimum"]],
    ["tuples", { prefixItems: [{ type: "string" }], items: false }, ["a", 1], ["body  items"]],
    [
      "schemas of its own",
      {
        $defs: { a: { type: "string" } },
        $ref: "#/paths/~1a/post/requestBody/content/application~1json/schema/$defs/a",
      },
      3,
      ["body  type"],
    ],
  ])("%s", async (_, schema, value, expected) => {
    expect(await ofBody(schema, value, 1, { Pet: PET })).toEqual(expected);
  });
});

describe("discriminators", () => {
  const schemas = {
    Dog: { ...PET, required: ["kind", "bark"] },
    Cat: { ...PET, properties: { kind: { type: "string" }, lives: { type: "integer" } }, additionalProperties: false },
  };
  const any = {
    oneOf: [ref("Dog"), ref("Cat")],
    discriminator: { propertyName: "kind", mapping: { woof: ref("Dog").$ref, meow: "Cat" } },
  };

  it.each<[name: string, schema: unknown, value: unknown, expected: string[]]>([
    ["by the schema's own name", any, { kind: "Dog" }, ["body /bark required"]],
    ["by a mapped reference", any, { kind: "woof", bark: true }, []],
    ["by a mapped name", any, { kind: "meow", bark: true }, ["body /bark additionalProperties"]],
    ["by no name that there is", any, { kind: "cow" }, ["body /kind enum"]],
    ["by nothing", any, {}, ["body /kind required"]],
    ["of what is no object", any, [], ["body  type"]],
    ["that is nullable", { ...any, nullable: true }, null, []],
    ["beside schemas without names", { ...any, oneOf: [ref("Dog"), { type: "string" }] }, "a", []],
  ])("%s", async (_, schema, value, expected) => {
    expect(await ofBody(schema, value, 0, schemas)).toEqual(expected);
  });
});

describe("paths and operations", () => {
  const query = (name: string, schema: unknown) => ({ name, in: "query", schema });

  it("have parameters of the path, which those of the operation replace", async () => {
    const policy = policyOf({
      paths: {
        "/a": {
          parameters: [query("n", { type: "integer" }), query("m", { type: "integer" })],
          get: { parameters: [query("n", { type: "boolean" })] },
        },
      },
    });
    expect(await faults(policy, { path: "/a", query: "n=1&m=true" })).toEqual(["query /n type", "query /m type"]);
  });

  it("may stand in another file, whose references are its own", async () => {
    const files = {
      "paths/a.yaml":
        "get: { parameters: [{ $ref: '../shared.yaml#/n' }, { $ref: '#/m' }] }\nm: { name: m, in: query, schema: { $ref: '#/number' } }\nnumber: { type: integer, nullable: true }",
      "shared.yaml": "n: { name: n, in: query, required: true, schema: { type: integer } }",
    };
    const policy = policyOf({ paths: { "/a": { $ref: "paths/a.yaml" } } }, 0, files);
    expect(await faults(policy, { path: "/a", query: "m=x" })).toEqual(["query /n required", "query /m type"]);
    expect(await faults(policy, { path: "/a", query: "n=1&m=null" })).toEqual([]);
  });

  it("begin where their own servers say, and those of the document where the others do", async () => {
    const policy = policyOf({
      servers: [{ url: "https://a.example/v1" }],
      paths: { "/a": { get: {} }, "/b": { servers: [{ url: "/v2" }], get: {} } },
    });
    const codes = ["/v1/a", "/v2/a", "/v1/b", "/v2/b", "/a", "/b"].map((path) => faults(policy, { path }));
    expect(await Promise.all(codes)).toEqual([[], "GW0517", "GW0517", [], [], []]);
  });

  it("take the most specific of the media types that fit", async () => {
    const needs = (name: string) => ({ schema: { required: [name] } });
    const content = {
      "*/*": needs("any"),
      "application/*": needs("application"),
      "application/json": needs("json"),
      "application/json; v=2": needs("two"),
    };
    const policy = policyOf({ paths: { "/a": { post: { requestBody: { content } } } } });
    const asked = (type: string) =>
      faults(policy, { method: "POST", path: "/a", headers: [["content-type", type]], body: "{}" });
    expect(await asked("application/json")).toEqual(["body /json required"]);
    expect(await asked("application/json; v=2")).toEqual(["body /two required"]);
    expect(await asked("application/x+json")).toEqual(["body /application required"]);
    expect(await asked("text/json")).toEqual(["body /any required"]);
  });

  it("read members of a form as their encoding says", async () => {
    const schema = {
      type: "object",
      properties: {
        ids: { type: "array", items: { type: "integer" } },
        point: { type: "object", properties: { x: { type: "integer" }, y: { type: "integer" } } },
        data: { type: "object", required: ["a"] },
        other: { type: "object", required: ["b"] },
      },
    };
    const encoding = {
      ids: { style: "form", explode: false },
      point: { style: "form" },
      data: { contentType: "application/json" },
    };
    const content = { "application/x-www-form-urlencoded": { schema, encoding } };
    const policy = policyOf({ paths: { "/a": { post: { requestBody: { content } } } } });
    const headers = [["content-type", "application/x-www-form-urlencoded"]] as const;
    const asked = (body: string) => faults(policy, { method: "POST", path: "/a", headers, body });
    expect(await asked("ids=1,2&x=1&y=2&data=%7B%22a%22:1%7D&other[b]=1")).toEqual([]);
    expect(await asked("ids=1,b&x=one&data=%7B%7D&other=%7B%7D")).toEqual([
      "body /ids/1 type",
      "body /point/x type",
      "body /data/a required",
      "body /other/b required",
    ]);
    expect(await asked("data=%7B&data=1")).toEqual(["body /data unique"]);
    expect(await asked("other=x")).toEqual(["body /other type"]);
  });
});
