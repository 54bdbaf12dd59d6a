import { describe, expect, it } from "vitest";
import { formatsOf, transformSchema } from "../../../src/policies/transform/schema.ts";

function messagesOf(options: unknown): string[] {
  const { error } = transformSchema.safeParse(options);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("what transform takes", () => {
  it("fills in what is not said", () => {
    const { request, response } = transformSchema.parse({
      request: { body: { to: "xml" }, query: {} },
      response: { headers: { remove: ["server"] }, body: { map: "$" } },
    });
    expect(request?.query).toEqual({ set: {}, add: {}, remove: [], rename: {} });
    expect(request?.body).toEqual({ to: "xml", typed: true, marks: false, maxBytes: 1_048_576, others: "refuse" });
    expect(response?.body).toEqual({
      map: "$",
      typed: true,
      marks: false,
      maxBytes: 1_048_576,
      others: "pass",
      mapErrors: false,
    });
  });

  it.each([
    [{ to: "xml" }, "json", "xml"],
    [{ from: "xml", to: "json" }, "xml", "json"],
    [{ map: "$" }, "json", "json"],
    [{ from: "xml", map: "$" }, "xml", "xml"],
    [{ template: "x" }, "json", "text"],
    [{ template: "<a/>", to: "xml" }, "json", "xml"],
  ] as const)("%j is from %s to %s", (body, from, to) => {
    expect(formatsOf(body as Parameters<typeof formatsOf>[0])).toEqual({ from, to });
  });

  it.each<[body: unknown, message: string]>([
    [{}, ": needs from and to that differ, or map, or template"],
    [{ from: "xml" }, ": needs from and to that differ, or map, or template"],
    [{ from: "json", to: "json" }, ": needs from and to that differ, or map, or template"],
    [{ from: "json", to: "text", map: "$" }, ".to: cannot be text without a template"],
    [{ map: "$", root: "a" }, ".root: is for XML, and there is none"],
    [{ map: "$", arrays: ["a"] }, ".arrays: is for XML, and there is none"],
    [{ map: "$", marks: true }, ".marks: is for XML, and there is none"],
    [{ to: "xml", template: "<a/>", root: "a" }, ".root: has no effect: the template is the whole document"],
    [{ from: "xml", to: "json", marks: true, typed: false }, ".marks: cannot stand with typed, numbers or strings"],
    [{ to: "xml", root: "a b" }, ".root: must be the name of an XML element"],
    [{ to: "xml", root: "a:b:c" }, ".root: must be the name of an XML element"],
    [{ to: "xml", root: "ª" }, ".root: must be the name of an XML element"],
    [{ template: "{body.a" }, '.template: has a "{" at character 1 that is never closed'],
  ])("%j is refused", (body, message) => {
    const all = messagesOf({ request: { body } });
    expect(
      all.some((one) => one.startsWith(`request.body${message}`)),
      all.join("\n"),
    ).toBe(true);
  });

  it("has keys of responses in responses alone", () => {
    expect(messagesOf({ request: { body: { map: "$", mapErrors: true } } })).toHaveLength(1);
    expect(messagesOf({ response: { query: {} } })).toHaveLength(1);
  });

  it("says where a template is wrong", () => {
    expect(messagesOf({ request: { headers: { set: { "x-a": "{response.etag}" } } } })).toEqual([
      "request.headers.set.x-a: has {response.etag}: a request has no response yet",
    ]);
  });
});
