import { describe, expect, it } from "vitest";
import { compileTemplate, parseTemplate, type TemplateScope } from "../../../src/policies/transform/template.ts";
import { fillTemplate } from "../../../src/policies/transform/values.ts";
import { policyExchange } from "../support.ts";

const exchange = policyExchange({
  method: "PUT",
  path: "/orders/a%20b",
  query: "q=a+b&q=c",
  clientIp: "10.0.0.7",
  headers: [
    ["X-Tenant", "acme"],
    ["X-Latin", "\xc3\xa9"],
    ["Cookie", 'group="b"'],
  ],
  captures: { id: "a%20b%zz", plain: "a%20b" },
  principal: {
    id: "u1",
    consumer: undefined,
    roles: [],
    scopes: [],
    claims: { sub: "u1", tenants: ["a", 2], realm: { role: "x" }, flag: true, "http://a/b": "c", none: null },
    method: "jwt",
  },
});

function fill(text: string, scope: TemplateScope = "request", body?: unknown): string {
  return fillTemplate(compileTemplate(text, scope), { exchange, body });
}

describe("templates", () => {
  it.each([
    ["plain", "plain"],
    ["{{x}} }}{{", "{x} }{"],
    ["{query.q}", "a b"],
    ["{header.x-tenant}/{header.X-TENANT}", "acme/acme"],
    ["{header.x-latin}", "é"],
    ["{cookie.group}", "b"],
    ["{claim.sub} {claim.tenants} {claim.realm.role} {claim.flag} {claim.http://a/b}", "u1 a,2 x true c"],
    ["{claim.realm}", '{"role":"x"}'],
    ["{plain}", "a b"],
    ["{id}", "a%20b%zz"],
    ["{method} {path} {query} {host} {scheme} {clientIp}", "PUT /orders/a%20b q=a+b&q=c a.test http 10.0.0.7"],
    ["{requestId} {route} {service} {consumer}", "test-1 orders orders u1"],
    ["[{query.x}{header.x}{cookie.x}{claim.x}{claim.none}{constructor}{claim.__proto__}]", "[]"],
    ["{{{query.q}}}", "{a b}"],
  ])("%s is %s", (text, filled) => {
    expect(fill(text)).toBe(filled);
  });

  it("knows the body where it is a body's", () => {
    const body = { a: { b: [1, { c: "x" }] }, n: null };
    expect(fill("{body.a.b.1.c} {body.a.b.0} {body.a.x.y} {body.n} {body}", "body", body)).toBe(
      'x 1   {"a":{"b":[1,{"c":"x"}]},"n":null}',
    );
    expect(fill("[{body.length}{body.constructor}]", "body", body)).toBe("[]");
  });

  it.each<[text: string, scope: TemplateScope, fault: RegExp]>([
    ["a { b", "request", /^has a "\{" at character 3 that is never closed/],
    ["a } b", "request", /^has a "\}" at character 3 that closes nothing/],
    ["{}", "request", /no name/],
    ["{ query.a }", "request", /no name/],
    ["{a.b}", "request", /no name/],
    ["{query.}", "request", /no name/],
    ["{header.a b}", "request", /names no header field/],
    ["{body.a}", "request", /only `template` knows the body/],
    ["{response.etag}", "request", /a request has no response yet/],
  ])("%s is refused", (text, scope, fault) => {
    expect(parseTemplate(text, scope)).toEqual({ fault: expect.stringMatching(fault) as string });
  });
});
