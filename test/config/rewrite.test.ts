import { describe, expect, it } from "vitest";
import { loadValue } from "../../src/config/load.ts";

function found(rewrite: object): string[] {
  const services = { a: "http://localhost:4001" };
  const routes = [{ match: "/users/{id}", service: "a", rewrite }];
  return loadValue({ version: 1, services, routes }).diagnostics.map(({ code, path }) => `${code} ${path}`);
}

describe("rewrite, which ends up in a request that the gateway writes", () => {
  it.each(["/", "/internal/{id}", "/a%20b", "/a;b=c/(d)", "/~x"])("takes the path %s", (path) => {
    expect(found({ path })).toEqual([]);
  });

  it.each(["/a b", "/a\r\nx-admin: 1", "/a?b=c", "/a#b", "/é", "/a\\b", "a"])("refuses the path %j", (path) => {
    expect(found({ path })).toEqual(["GW0103 routes[0].rewrite.path"]);
  });

  it.each(["orders.internal", "localhost:8080", "[::1]:80", "my_service"])("takes the host %s", (host) => {
    expect(found({ host })).toEqual([]);
  });

  it.each(["", "a b", "a\r\nx-admin: 1", "a/b", "u@a", "a:port", "a,b"])("refuses the host %j", (host) => {
    expect(found({ host })).toEqual(["GW0103 routes[0].rewrite.host"]);
  });
});
