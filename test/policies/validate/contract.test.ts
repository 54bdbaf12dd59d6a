import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkValidate } from "../../../src/policies/validate/check.ts";
import { loadContract } from "../../../src/policies/validate/contract.ts";
import { validateSchema } from "../../../src/policies/validate/schema.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { OPENAPI_FOLDER } from "../../integration/policies/petstore.ts";

/** What `check` says of a body's schema that stands in a file, without the file's name. */
function said(
  files: Readonly<Record<string, string>>,
  options: Record<string, unknown> = { body: "a.yaml" },
): string[] {
  const folder = tempDir(files);
  return checkValidate(validateSchema.parse(options), folder).map(({ code, message }) => `${code} ${message}`);
}

/** Whether a body is what a schema wants: pointer and keyword of each fault. */
function judge(schema: unknown, value: unknown, files: Readonly<Record<string, string>> = {}): string[] | undefined {
  const { contract, faults } = loadContract(validateSchema.parse({ body: schema }), tempDir(files));
  expect(faults.filter(({ severity }) => severity === "error")).toEqual([]);
  const id = contract?.schemas.body?.id ?? "";
  const text = JSON.stringify(value);
  const found = contract?.validators.check(id, { value, nodes: 10, length: text.length });
  return found?.map(({ pointer, keyword }) => `${pointer} ${keyword}`);
}

describe("schemas of validate", () => {
  it.each<[name: string, file: string, expected: string]>([
    [
      "a type that is none",
      "type: object\nproperties:\n  id: { type: strin }",
      'GW0142 a.yaml:3 /properties/id/type: must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
    ],
    ["a list in place of a mapping", "properties: []", "GW0142 a.yaml:1 /properties: is not a mapping to schemas"],
    [
      "a schema that is a number",
      "properties: { id: 3 }",
      "GW0142 a.yaml:1 /properties/id: is not a schema: neither a mapping, nor true or false",
    ],
    [
      "a pattern that is none",
      "properties:\n  id:\n    pattern: '(['",
      "GW0142 a.yaml:3 /properties/id/pattern: is not a regular expression: /([/: Unterminated character class",
    ],
    ["a reference to nothing", "$ref: '#/$defs/x'", 'GW0144 a.yaml:1 /$ref: $ref "#/$defs/x" leads to nothing'],
    [
      "a reference to the network",
      "$ref: https://example.com/a.json",
      'GW0144 a.yaml:1 /$ref: $ref "https://example.com/a.json" leads to the network',
    ],
    [
      "a reference to a file that is not there",
      "$ref: b.yaml",
      "GW0140 a.yaml:1 /$ref: $ref leads to b.yaml, which is not there",
    ],
    [
      "a reference out of the folder",
      "$ref: ../../../../../../etc/hostname",
      "GW0144 a.yaml:1 /$ref: $ref leads to /etc/hostname, outside of the folder of the document and of the config",
    ],
    [
      "broken YAML",
      "type: object\nproperties: {",
      "GW0141 a.yaml:2: Flow map in block collection must be sufficiently indented and end with a }",
    ],
    [
      "a keyword that is misspelt",
      "type: object\nrequird: [id]",
      "GW0142 a.yaml:2 /requird: `requird` is no keyword of JSON Schema and has no effect",
    ],
    [
      "a format that is misspelt",
      "properties: { a: { format: emial } }",
      "GW0142 a.yaml:1: the format emial is not known and not checked",
    ],
    [
      "a draft that nobody knows",
      "$schema: https://example.com/own",
      'GW0142 a.yaml:1: $schema "https://example.com/own" is not known: taken for 2020-12',
    ],
    [
      "an alias without end",
      "a: &a [1,2,3,4,5,6,7,8,9,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]",
      "GW0141 a.yaml: Excessive alias count indicates a resource exhaustion attack",
    ],
  ])("are checked: %s", (_, file, expected) => {
    const found = said({ "a.yaml": file });
    expect(found[0]?.startsWith(expected) ? expected : found[0]).toBe(expected);
  });

  it("are checked: broken JSON, which YAML would take", () => {
    const found = said({ "a.json": '{"type": "object",\n "a" }' }, { body: "a.json" });
    expect(found[0]).toMatch(/^GW0141 a\.json:2: is not JSON: /);
  });

  it("are checked where they stand in the config, with the way there", () => {
    const options = validateSchema.parse({
      body: { allOf: [true, { properties: { "a/b": { type: 1 } } }] },
      query: "no.yaml",
    });
    const found = checkValidate(options, tempDir());
    expect(found.map(({ path, message }) => [path, message])).toEqual([
      [
        ["body", "allOf", 1, "properties", "a/b", "type"],
        'body /allOf/1/properties/a~1b/type: must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
      ],
      [["query"], "no.yaml: is not there"],
    ]);
  });

  it("are followed through files and round in circles", () => {
    const files = {
      "tree.json":
        '{"$id":"https://example.com/tree.json","type":"object","properties":{"kids":{"items":{"$ref":"#"}},"leaf":{"$ref":"defs/leaf.yaml#/$defs/leaf"},"self":{"$ref":"https://example.com/tree.json#/properties/kids"}}}',
      "defs/leaf.yaml":
        "$defs: { leaf: { $anchor: leaf, required: [color], properties: { twin: { $ref: '#leaf' }, tree: { $ref: ../tree.json } } } }",
    };
    const value = {
      kids: [{ kids: 3, leaf: { twin: { color: 1 }, color: 1 } }, 7],
      leaf: { color: 1, twin: {}, tree: [] },
      self: [1],
    };
    expect(judge("tree.json", value, files)).toEqual([
      "/kids/1 type",
      "/leaf/twin/color required",
      "/leaf/tree type",
      "/self/0 type",
    ]);
    expect(judge("tree.json", { kids: [{ kids: [{}] }] }, files)).toBeUndefined();
  });

  it.each<[name: string, schema: Record<string, unknown>, value: unknown, faults: string[] | undefined]>([
    [
      "draft 4: exclusive limits",
      { $schema: "http://json-schema.org/draft-04/schema#", minimum: 3, exclusiveMinimum: true },
      3,
      [" exclusiveMinimum"],
    ],
    [
      "draft 7: tuples",
      { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "string" }], additionalItems: false },
      ["a", 1],
      [" items"],
    ],
    [
      "draft 7: dependencies",
      { $schema: "http://json-schema.org/draft-07/schema#", dependencies: { a: ["b"], c: { required: ["d"] } } },
      { a: 1, c: 1 },
      ["/b dependentRequired", "/d required"],
    ],
    [
      "draft 7: references stand alone",
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        definitions: { a: true },
        $ref: "#/definitions/a",
        type: "string",
      },
      3,
      undefined,
    ],
    ["2020-12: references do not", { $defs: { a: true }, $ref: "#/$defs/a", type: "string" }, 3, [" type"]],
    [
      "2020-12: unevaluated properties",
      {
        allOf: [{ properties: { a: true } }],
        $defs: { b: { properties: { b: true } } },
        $ref: "#/$defs/b",
        unevaluatedProperties: false,
      },
      { a: 1, b: 1, c: 1 },
      ["/c unevaluatedProperties"],
    ],
    [
      "dynamic references",
      { $dynamicAnchor: "node", type: "object", properties: { next: { $dynamicRef: "#node" } } },
      { next: { next: 3 } },
      ["/next/next type"],
    ],
    [
      "names of every object",
      { required: ["constructor", "toString"] },
      {},
      ["/constructor required", "/toString required"],
    ],
    ["names that are refused", { propertyNames: { pattern: "^[a-z]$" } }, { a: 1, "B/": 1 }, ["/B~1 propertyNames"]],
    [
      "items that stand twice",
      { uniqueItems: true },
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      [" uniqueItems"],
    ],
    ["items that do not", { uniqueItems: true }, ["1", 1, true, "true", null, "null", [], {}, [1], ["1"]], undefined],
    [
      "alternatives: the one that was meant",
      { anyOf: [{ type: "string" }, { type: "object", properties: { a: { type: "integer" } } }] },
      { a: "x" },
      ["/a type"],
    ],
    ["alternatives: none that was meant", { oneOf: [{ type: "string" }, { type: "boolean" }] }, 3, [" oneOf"]],
    ["alternatives: several", { oneOf: [true, true] }, 3, [" oneOf"]],
    ["a constant and members that objects have by nature", { const: { a: 1 } }, { valueOf: 1, a: 1 }, [" const"]],
    ["values and members that objects have by nature", { enum: [{ valueOf: 1 }, []] }, { valueOf: 1 }, undefined],
    ["values that are objects", { enum: [{ a: 1, b: [2] }, 3] }, { b: [2], a: 1 }, undefined],
    ["what is never allowed", { properties: { a: false } }, { a: 1 }, ["/a false schema"]],
    ["numbers beyond what numbers are", { type: "number" }, Number.POSITIVE_INFINITY, [" type"]],
    ["patterns that escape too much", { pattern: "^\\_a\\-b$" }, "_a-b", undefined],
  ])("%s", (_, schema, value, faults) => {
    expect(judge(schema, value)).toEqual(faults);
  });

  it("says up to fifty faults", () => {
    expect(
      judge(
        { items: { type: "string" } },
        Array.from({ length: 60 }, (_, i) => i),
      ),
    ).toHaveLength(50);
  });
});

describe("OpenAPI documents of validate", () => {
  const document = (rest: string, version = "3.0.3") => ({
    "a.yaml": `openapi: ${version}\ninfo: { title: a, version: "1" }\n${rest}`,
  });
  const openapi = { openapi: "a.yaml" };

  it("says nothing of the petstore", () => {
    expect(checkValidate(validateSchema.parse({ openapi: "petstore.yaml" }), OPENAPI_FOLDER)).toEqual([]);
  });

  it.each<[name: string, files: Record<string, string>, expected: string[]]>([
    [
      "another format",
      { "a.yaml": "swagger: '2.0'" },
      ["GW0143 a.yaml:1: is no OpenAPI document: it has no `openapi: 3.…`"],
    ],
    [
      "another version",
      document("paths: {}", "3.2.0"),
      ["GW0143 a.yaml:1: is OpenAPI 3.2.0, of which this version knows 3.0 and 3.1"],
    ],
    ["no paths", document(""), ["GW0143 a.yaml:1: has no `paths`"]],
    [
      "a path without a slash",
      document("paths:\n  pets: {}"),
      ['GW0143 a.yaml:4 /paths/pets: the path "pets" does not begin with "/"'],
    ],
    [
      "one path twice",
      document("paths:\n  /a/{b}: {}\n  /a/{c}: {}"),
      ['GW0143 a.yaml:5 /paths/~1a~1{c}: "/a/{c}" is the same path as "/a/{b}"'],
    ],
    [
      "a parameter without a place",
      document("paths:\n  /a:\n    get:\n      parameters: [{ name: b, in: body }]"),
      ['GW0143 a.yaml:6 /paths/~1a/get/parameters/0: `in` is none of "path", "query", "header" and "cookie"'],
    ],
    [
      "a style of another place",
      document("paths:\n  /a:\n    get:\n      parameters: [{ name: b, in: header, style: form, schema: {} }]"),
      ["GW0143 a.yaml:6 /paths/~1a/get/parameters/0: `style` of a header parameter is one of simple"],
    ],
    [
      "a capture without a parameter",
      document("paths:\n  /a/{b}:\n    get: { responses: {} }"),
      ["GW0143 a.yaml:5 /paths/~1a~1{b}/get: no parameter describes {b} of the path"],
    ],
    [
      "a parameter without a capture",
      document("paths:\n  /a:\n    get: { parameters: [{ name: b, in: path, required: true, schema: {} }] }"),
      ["GW0143 a.yaml:5 /paths/~1a/get: the path has no {b}, which is a parameter"],
    ],
    [
      "a status that is none",
      document("paths:\n  /a:\n    get: { responses: { ok: {} } }"),
      [
        'GW0143 a.yaml:5 /paths/~1a/get/responses/ok: "ok" is no status: neither as in 200, nor as in 2XX, nor "default"',
      ],
    ],
    [
      "a media type that is none",
      document("paths:\n  /a:\n    post: { requestBody: { content: { json: {} } } }"),
      ['GW0143 a.yaml:5 /paths/~1a/post/requestBody/content/json: "json" is no media type'],
    ],
    [
      "a schema that is none",
      document(
        "paths:\n  /a:\n    post:\n      requestBody:\n        content:\n          application/json:\n            schema: { type: objekt }",
      ),
      [
        'GW0142 a.yaml:9 /paths/~1a/post/requestBody/content/application~1json/schema/type: must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
      ],
    ],
    [
      "a reference round in a circle",
      {
        ...document(
          "paths:\n  /a: { get: { parameters: [{ $ref: '#/components/parameters/a' }] } }\ncomponents: { parameters: { a: { $ref: '#/components/parameters/a' } } }",
        ),
      },
      ["GW0144 a.yaml:4 /paths/~1a/get/parameters/0: $ref leads round in a circle"],
    ],
  ])("are checked: %s", (_, files, expected) => {
    expect(said(files, openapi)).toEqual(expected);
  });

  it("has the faults of another file at their place in that file", () => {
    const files = {
      ...document("paths: { /a: { $ref: parts/a.yaml#/a } }"),
      "parts/a.yaml": "a:\n  get:\n    parameters:\n    - name: b\n",
    };
    expect(said(files, openapi)).toEqual([
      'GW0143 parts/a.yaml:4 /a/get/parameters/0: `in` is none of "path", "query", "header" and "cookie"',
    ]);
  });

  it("takes JSON, and reads 3.1 as JSON Schema 2020-12", () => {
    const schema = { type: ["object", "null"], properties: { a: { exclusiveMinimum: 3 } }, $defs: { x: {} } };
    const content = { "application/json": { schema } };
    const paths = { "/a": { post: { requestBody: { content }, responses: { 200: { description: "" } } } } };
    expect(said({ "a.yaml": JSON.stringify({ openapi: "3.1.0", paths }) }, openapi)).toEqual([]);
    expect(said({ "a.yaml": JSON.stringify({ openapi: "3.1.1", webhooks: {} }) }, openapi)).toEqual([]);
  });

  it("follows a reference below another folder than the config's only below the document's", () => {
    const outside = tempDir({
      "api/a.yaml": readFileSync(`${OPENAPI_FOLDER}petstore.yaml`, "utf8"),
      "api/schemas/ids.yaml": "PetId: {}",
      "api/schemas/order.yaml": "$ref: ../../b.yaml",
      "b.yaml": "{}",
    });
    const found = checkValidate(validateSchema.parse({ openapi: `${outside}/api/a.yaml` }), tempDir());
    expect(found.map(({ code, message }) => `${code} ${message.replaceAll(outside, "")}`)).toEqual([
      "GW0144 /api/schemas/order.yaml:1 /$ref: $ref leads to /b.yaml, outside of the folder of the document and of the config",
    ]);
  });
});
