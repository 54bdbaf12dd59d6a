import { describe, expect, it } from "vitest";
import { holesOf, parsePartTemplate, type PartSource, partOf } from "../../../src/config/compose/part-template.ts";

function sourceOf(name: string): PartSource | string | undefined {
  const template = parsePartTemplate(`{${name}}`);
  return "fault" in template ? template.fault : holesOf(template)[0]?.source;
}

describe("parsePartTemplate", () => {
  it("takes a text apart, in its order", () => {
    expect(parsePartTemplate("/a/{id}?q={query.q}&z")).toEqual([
      "/a/",
      { text: "id", source: { kind: "capture", name: "id" } },
      "?q=",
      { text: "query.q", source: { kind: "query", name: "q" } },
      "&z",
    ]);
  });

  it("keeps a text without braces as it is", () => {
    expect(parsePartTemplate("/a?b=%7B")).toEqual(["/a?b=%7B"]);
  });

  it.each<[name: string, source: PartSource]>([
    ["id", { kind: "capture", name: "id" }],
    ["order-id", { kind: "capture", name: "order-id" }],
    ["größe", { kind: "capture", name: "größe" }],
    ["consumer", { kind: "consumer" }],
    ["query.a.b", { kind: "query", name: "a.b" }],
    ["header.X-Tenant", { kind: "header", name: "x-tenant" }],
    ["claim.realm_access.roles", { kind: "claim", name: "realm_access.roles" }],
    ["user.status", { kind: "status", part: "user" }],
    ["user.body", { kind: "body", part: "user", steps: [] }],
    ["user.body.address.0.city", { kind: "body", part: "user", steps: ["address", "0", "city"] }],
  ])("reads {%s}", (name, source) => {
    expect(sourceOf(name)).toEqual(source);
  });

  it.each([
    "",
    "query.",
    "header.",
    "header.a b",
    "claim.",
    "user.",
    "user.head",
    "user.body.",
    "user.body..a",
    "user.status.a",
    "a b",
    "1a",
  ])("refuses {%s}", (name) => {
    expect(sourceOf(name)).toBe(`\`{${name}}\` names nothing that a part can be given`);
  });

  it.each(["/a/{id", "/a/id}", "/{{id}}", "}{"])("refuses braces that stand alone: %s", (text) => {
    expect(parsePartTemplate(text)).toEqual({ fault: expect.stringContaining("brace") });
  });

  it("tells which part a source needs", () => {
    expect(partOf({ kind: "status", part: "a" })).toBe("a");
    expect(partOf({ kind: "body", part: "b", steps: [] })).toBe("b");
    expect(partOf({ kind: "query", name: "a" })).toBeUndefined();
  });
});
