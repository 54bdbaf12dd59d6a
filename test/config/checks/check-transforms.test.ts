import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

function found(transform: unknown, route: unknown = {}, policies: unknown = {}): string[] {
  const { diagnostics } = loadValue({
    version: 1,
    services: { app: ["http://localhost:4001"] },
    routes: [{ match: "/orders/{id}", service: "app", policies: { transform }, ...(route as object) }],
    policies,
  });
  return diagnostics.map(({ code, severity, path, message, hint }) =>
    [code, severity, path, message, ...(hint === undefined ? [] : [hint])].join(" | "),
  );
}

describe("check-transforms", () => {
  it("has nothing to say of what is right", () => {
    const headers = { set: { "x-a": "{id} {requestId} {claim.sub} {header.x} {{id2}}" } };
    expect(found({ request: { headers, body: { map: "{ 'a': id }" } } })).toEqual([]);
  });

  it("tells of expressions that do not parse", () => {
    expect(found({ response: { body: { map: "{ 'a': " } } })).toEqual([
      'GW0145 | error | routes[0].policies.transform.response.body.map | the expression does not parse at character 7: Expected "}" before end of expression',
    ]);
    expect(found(false, {}, { transform: { request: { body: { map: "a[" } } } })[0]).toMatch(
      /^GW0145 \| error \| policies\.transform\.request\.body\.map/,
    );
  });

  it("tells of templates that do not parse", () => {
    expect(found({ request: { query: { add: { a: "{query.}" } } } })).toEqual([
      "GW0146 | error | routes[0].policies.transform.request.query.add.a | routes[0].policies.transform.request.query.add.a has {query.}, which is no name; write {{ for a brace",
    ]);
  });

  it("tells of names that nothing captures", () => {
    expect(found({ request: { headers: { set: { "x-a": "{requestid}" } } } })).toEqual([
      "GW0147 | error | routes[0].policies.transform.request.headers.set.x-a | no path captures {requestid} | did you mean {requestId}?",
    ]);
    const template = { request: { body: { template: "{body.a} {user}" } } };
    expect(found(template)[0]).toContain("no path captures {user} | captured: id");
    expect(found(template, { match: "/orders" })[0]).toContain("the path has no captures");
  });

  it("takes what any of the matches captures, and for all routes what any of them does", () => {
    const transform = { request: { headers: { set: { "x-a": "{id}" } } } };
    expect(found(transform, { match: ["/orders/{id}", "/x"] })).toEqual([]);
    expect(found(false, {}, { transform })).toEqual([]);
    expect(found(false, { match: "/orders" }, { transform })[0]).toMatch(/^GW0147 \| error \| policies\.transform/);
  });
});
