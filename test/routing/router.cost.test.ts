import { describe, expect, it } from "vitest";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import { normalizePath } from "../../src/routing/path.ts";
import { compileRouter, type Router } from "../../src/routing/router.ts";
import { costRatio, leastCost } from "../helpers/cost.ts";
import { requestOf, routesOf } from "./requests.ts";

const CALLS = 4_000;

interface Shape {
  name: string;
  match: (i: number) => unknown;
  request: (i: number) => string;
}

const SHAPES: Shape[] = [
  { name: "prefixes", match: (i) => `/svc${i}`, request: (i) => `/svc${i}/users/7` },
  { name: "prefixes with captures", match: (i) => `/api/svc${i}/{id}`, request: (i) => `/api/svc${i}/77` },
  { name: "exact paths", match: (i) => ({ path: { exact: `/svc${i}` } }), request: (i) => `/svc${i}` },
  { name: "hosts", match: (i) => ({ host: `h${i}.y`, path: "/api" }), request: (i) => `GET http://h${i}.y/api/x` },
  { name: "wildcard hosts", match: (i) => ({ host: `*.h${i}.y` }), request: (i) => `GET http://a.h${i}.y/api/x` },
  { name: "405", match: (i) => ({ path: `/svc${i}`, method: "POST" }), request: (i) => `/svc${i}/users/7` },
  { name: "404", match: (i) => ({ path: `/svc${i}`, method: "POST" }), request: (i) => `/other${i}/users/7` },
];

function prepare(shape: Shape, count: number): { router: Router; requests: RequestFacts[] } {
  const routes = routesOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [`r${i}`, shape.match(i)])));
  const requests = Array.from({ length: 64 }, (_, k) => requestOf(shape.request((k * 7919) % count)));
  return { router: compileRouter(routes), requests };
}

function decide({ router, requests }: { router: Router; requests: RequestFacts[] }): () => void {
  return () => {
    for (let k = 0; k < CALLS; k++) router.match(requests[k & 63] as RequestFacts);
  };
}

function expectFlat(prepared: (count: number) => { router: Router; requests: RequestFacts[] }): void {
  const [few, many] = [decide(prepared(10)), decide(prepared(5_000))];
  expect(costRatio(few, many, 5)).toBeLessThan(5);
  expect(leastCost(many, 5 * CALLS)).toBeLessThan(5 * CALLS);
}

describe("the cost of a decision", () => {
  // Measured: 95–400 ns, and 1.0–1.5 times as much with 5,000 routes. The bounds leave room for a busy, slow machine; a
  // search through the routes would be some hundred times as much.
  it.each(SHAPES)("is flat from 10 to 5,000 routes: $name", { timeout: 30_000 }, (shape) => {
    expectFlat((count) => prepare(shape, count));
  });

  // Measured: 300–380 ns where it is 165–200 ns without versions, and 1.0–1.1 times as much with 5,000 routes.
  it.each([
    { name: "path", from: ["path"], request: (i: number) => `/v2/svc${i}/users/7`, headers: {} },
    {
      name: "header",
      from: ["header:accept-version"],
      request: (i: number) => `/svc${i}/users/7`,
      headers: { "accept-version": "2" },
    },
    {
      name: "none of the sources",
      from: ["path", "header:accept-version", "query:v"],
      request: (i: number) => `/svc${i}/users/7`,
      headers: {},
    },
  ])("is flat where versions are named by $name, too", { timeout: 30_000 }, ({ from, request, headers }) => {
    const versioning = { from, default: "1", versions: { "1": {}, "2": {}, "3": {} } };
    expectFlat((count) => {
      const matches = Object.fromEntries(Array.from({ length: count }, (_, i) => [`r${i}`, `/svc${i}`]));
      const routes = routesOf(matches).map((route, i) => (i % 2 === 0 ? route : { ...route, version: "2" }));
      const requests = Array.from({ length: 64 }, (_, k) => requestOf(request((k * 7919) % count), headers));
      return { router: compileRouter(routes, versioning), requests };
    });
  });

  it("does not grow with the number of ways through captures and literals", () => {
    // Each segment may be taken as a literal or as a capture: 2^12 ways, of which the best rank cuts off all but few.
    const deep = (i: number) =>
      `/${Array.from({ length: 12 }, (_, bit) => ((i >> bit) & 1 ? "a" : `{p${bit}}`)).join("/")}`;
    const router = compileRouter(
      routesOf(Object.fromEntries(Array.from({ length: 4_096 }, (_, i) => [`r${i}`, deep(i)]))),
    );
    const request = requestOf(`/${Array.from({ length: 12 }, () => "a").join("/")}`);
    expect(router.match(request)).toMatchObject({ kind: "route", route: 4_095 });
    const run = decide({ router, requests: Array.from({ length: 64 }, () => request) });
    expect(leastCost(run, 10 * CALLS)).toBeLessThan(10 * CALLS);
  });

  it("is one scan for a plain path", () => {
    const paths = Array.from({ length: 64 }, (_, i) => `/api/v1/users/${i}/orders/with-some-more-text`);
    const run = () => {
      for (let k = 0; k < CALLS; k++) normalizePath(paths[k & 63] as string);
    };
    expect(leastCost(run, 2 * CALLS)).toBeLessThan(2 * CALLS);
  });
});
