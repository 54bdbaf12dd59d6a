import { describe, expect, it } from "vitest";
import { type Problem, problemResponse } from "../../../src/http/exchange/problem-response.ts";
import { errorEntry } from "../../../src/shared/errors/table.ts";

const EVIL = `<script>"x"&'y'</script>\u2028\\`;
const BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

function made(problem: Partial<Problem>) {
  const response = problemResponse({
    code: "GW0302",
    requestId: "id-1",
    accept: undefined,
    development: true,
    detail: "Service users has no endpoint to use.",
    route: "users",
    service: "users",
    nextHop: "users; http://localhost:4001",
    ...problem,
  });
  return {
    ...response,
    body: String(response.body),
    field: (name: string) => response.fields.find(([known]) => known === name)?.[1],
  };
}

describe("problemResponse", () => {
  it("answers problem+json with all it knows in development", () => {
    const { status, body, field } = made({});
    expect(status).toBe(errorEntry("GW0302").httpStatus);
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: errorEntry("GW0302").title,
      status,
      detail: "Service users has no endpoint to use.",
      code: "GW0302",
      route: "users",
      service: "users",
      requestId: "id-1",
    });
    expect([field("content-type"), field("cache-control"), field("vary")]).toEqual([
      "application/problem+json",
      "no-store",
      undefined,
    ]);
  });

  it.each([undefined, BROWSER])("names nothing behind the gateway elsewhere (Accept: %s)", (accept) => {
    const { body, fields } = made({ development: false, accept });
    expect(body).toContain("GW0302");
    expect(body).toContain("id-1");
    expect(body + fields.join()).not.toMatch(/users|4001/);
  });

  it("shows a public detail to everybody", () => {
    const { body } = made({ development: false, publicDetail: true, detail: "it has no Host field" });
    expect(JSON.parse(body)).toMatchObject({ detail: "it has no Host field" });
  });

  it("says in Proxy-Status what failed, and where in development alone", () => {
    const error = `gatewayctl; error=${errorEntry("GW0302").proxyStatus}`;
    expect(made({}).field("proxy-status")).toBe(`${error}; next-hop="users; http://localhost:4001"`);
    expect(made({ nextHop: undefined }).field("proxy-status")).toBe(error);
    expect(made({ development: false }).field("proxy-status")).toBe(error);
    expect(made({ code: "GW0201" }).field("proxy-status")).toBe(
      errorEntry("GW0201").proxyStatus && expect.stringContaining("gatewayctl"),
    );
  });

  it("writes an RFC 8941 string, whatever the name", () => {
    expect(made({ nextHop: 'a"b\\c\r\nd\u00e4' }).field("proxy-status")).toMatch(/next-hop="a\\"b\\\\c\?\?d\?"$/);
  });

  it("escapes what a client can put into JSON and into a page", () => {
    const evil = { detail: EVIL, route: EVIL, service: EVIL, requestId: EVIL };
    expect(JSON.parse(made(evil).body)).toMatchObject(evil);
    const page = made({ ...evil, accept: BROWSER }).body;
    expect(page).not.toContain("<script");
    expect(page.split("&lt;script&gt;&quot;x&quot;&amp;'y'&lt;/script&gt;")).toHaveLength(5);
  });

  it.each([
    [BROWSER, true],
    ["TEXT/HTML", true],
    ["*/*", false],
    ["application/json", false],
    ["text/htmlx", false],
    ["", false],
  ])("makes of Accept: %s a page: %s", (accept, page) => {
    const { field, body } = made({ accept });
    expect(field("content-type")).toBe(page ? "text/html; charset=utf-8" : "application/problem+json");
    expect(body.startsWith("<!doctype html>")).toBe(page);
    expect(field("vary")).toBe(page ? "accept" : undefined);
  });

  it("shows the table's hint in development alone", () => {
    const hint = /<code>|<p>(?!<)/g;
    const shown = made({ accept: BROWSER }).body.match(hint)?.length ?? 0;
    const hidden = made({ accept: BROWSER, development: false }).body.match(hint)?.length ?? 0;
    expect(shown).toBeGreaterThan(hidden);
  });

  it("takes further fields, another status and the end of the connection", () => {
    const response = made({ fields: [["retry-after", "2"]], status: 599, close: true });
    expect([response.status, response.close, response.field("retry-after")]).toEqual([599, true, "2"]);
    expect(JSON.parse(response.body)).toMatchObject({ status: 599 });
    expect("close" in made({})).toBe(false);
  });
});
