import { describe, expect, it } from "vitest";
import { checkSunsets } from "../../../src/config/checks/check-versions.ts";
import { loadValue } from "../../../src/config/load.ts";
import { createDecider } from "../../../src/gateway/decide.ts";
import { createRuntime } from "../../../src/gateway/runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";

const VERSIONING = { from: ["path"], versions: { "1": {}, "2": {} } };
const KEYS = { authenticate: [{ apiKey: {} }] };

function load(routes: readonly object[], versioning: object | undefined = VERSIONING) {
  const services = { a: "http://localhost:4001", b: "http://localhost:4002" };
  return loadValue({ version: 1, services, ...(versioning && { versioning }), routes });
}

/** What is found, but for notes on services that nobody leads to. */
function findings(routes: readonly object[], versioning?: object): string[] {
  const { diagnostics } = load(routes, versioning);
  return diagnostics
    .filter(({ code }) => code !== "GW0115")
    .map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`);
}

const ROUTES = [
  { match: "/x", version: "1", service: "a" },
  { match: "/x", version: "2", service: "b" },
];

describe("versions", () => {
  it("that are as they should be are not spoken of", () => {
    const versions = { "1": { deprecated: "2026-06-01", sunset: "2026-06-01" }, "2": {} };
    expect(findings(ROUTES, { default: "2", versions })).toEqual([]);
    expect(findings([{ match: "/x", service: "a", keepVersionPath: true }])).toEqual([]);
  });

  it("that are not defined are errors, with the name that may be meant", () => {
    const { diagnostics } = load([{ match: "/x", version: "3", service: "a" }], { ...VERSIONING, default: "11" });
    expect(diagnostics.filter(({ code }) => code === "GW0119").map(({ path, hint }) => `${path} ${hint}`)).toEqual([
      "versioning.default did you mean `1`?",
      "routes[0].version defined: 1, 2",
    ]);
  });

  it("that no route serves are warned of, where no route serves all", () => {
    const warning = "warning GW0152 versioning.versions.2: no route serves version `2`";
    expect(findings([ROUTES[0] as object])).toEqual([warning]);
    expect(findings([ROUTES[0] as object, { match: "/y", service: "a" }])).toEqual([]);
  });

  it("that hide a route's own path are warned of, and the warning is true", () => {
    const hidden = (match: unknown) => findings([{ name: "r", match, service: "a" }]).map((one) => one.split(":")[0]);
    for (const match of [
      "/v1",
      "/v2/users",
      { path: { exact: "/v1/users" } },
      { path: { regex: "^/v1/[0-9]+$" } },
      ["/x", "/v1"],
    ]) {
      expect(hidden(match)).toEqual(["warning GW0153 routes[0].match"]);
    }
    for (const match of ["/v3", "/v1x", "/x/v1", "/{v1}", { path: { regex: "/v1/" } }])
      expect(hidden(match)).toEqual([]);
    const { config } = load([{ name: "r", match: "/v1/users", service: "a" }]);
    if (config === undefined) throw new Error("the config has errors");
    const decider = createDecider(createRuntime(config, { clock: systemClock, seed: 1 }));
    expect(decider.decide({ method: "GET", url: "/v1/users" })).toMatchObject({ route: null, code: "GW0201" });
  });

  it("hide no path where they are not named by path", () => {
    const versioning = { ...VERSIONING, from: ["header:accept-version"] };
    expect(findings([{ match: "/v1/users", service: "a" }], versioning)).toEqual([]);
  });

  it("that contradict themselves are errors", () => {
    const versions = { "1": { deprecated: "2026-06-01", sunset: "2026-05-31" }, v1: {} };
    const routes = [{ match: "/x", service: "a" }];
    expect(findings(routes, { versions })).toEqual([
      "error GW0155 versioning.versions.1.sunset: version `1` goes away on 2026-05-31, before it is deprecated on 2026-06-01",
      "error GW0155 versioning.versions.v1: versions `1` and `v1` are both named by the path /v1",
    ]);
    expect(findings(routes, { from: ["query:v"], versions: { "1": {}, v1: {} } })).toEqual([]);
  });

  it("that are not in the path cannot be kept there", () => {
    const kept = [{ match: "/x", service: "a", keepVersionPath: true }];
    expect(findings(kept, { ...VERSIONING, from: ["query:v"] })).toEqual([
      "error GW0111 routes[0].keepVersionPath: `keepVersionPath` means nothing: `versioning.from` does not name the path",
    ]);
    const { diagnostics } = loadValue({ version: 1, services: { a: "http://localhost:1" }, routes: kept });
    expect(diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual(["GW0111 routes[0].keepVersionPath"]);
  });

  it("are named where a header or a parameter has a name", () => {
    const wrong = ["header:", "query:", "header:a b", "cookie:v", "body"];
    for (const from of wrong)
      expect(findings(ROUTES, { ...VERSIONING, from: [from] })[0]).toMatch(/GW0103 versioning\.from/);
    expect(findings(ROUTES, { ...VERSIONING, from: [] })[0]).toMatch(/GW0103 versioning\.from/);
  });
});

describe("a sunset", () => {
  const { config } = load(ROUTES, { versions: { "1": { sunset: "2027-01-01" }, "2": {} } });
  const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`);

  it("that is over is noted, on its day and after it", () => {
    expect(checkSunsets(config?.versioning, noon("2026-12-31"))).toEqual([]);
    expect(checkSunsets(config?.versioning, noon("2027-01-01"))).toMatchObject([
      { code: "GW0154", severity: "note", path: ["versioning", "versions", "1", "sunset"] },
    ]);
    expect(checkSunsets(undefined, noon("2027-01-01"))).toEqual([]);
  });
});

describe("other checks", () => {
  it("know that routes of different versions are not in each other's way", () => {
    expect(findings(ROUTES)).toEqual([]);
    const same = [{ name: "one", match: "/x", version: "1", service: "a" }];
    const { diagnostics } = load([
      ...same,
      { name: "again", match: "/x", version: "1", service: "a" },
      ROUTES[1] as object,
    ]);
    expect(diagnostics.map(({ code, path, witness }) => `${code} ${path} ${witness}`)).toEqual([
      "GW0114 routes[1] GET http://localhost/v1/x",
    ]);
    // Of another version, there is a way to it.
    const shadow = [
      { name: "all", match: "/x", service: "a" },
      { name: "one", match: "/x", version: "1", service: "b" },
    ];
    expect(findings([...shadow, { match: "/x", service: "b" }])).toEqual([
      "warning GW0114 routes[2]: no request can reach route `x`: `all` takes all that it matches",
    ]);
  });

  it("find a version without authentication beside one with it, and say how to ask for it", () => {
    const closed = { name: "new", match: "/x", version: "2", service: "a", policies: KEYS };
    const open = { name: "old", match: "/x", version: "1", service: "a" };
    const witnesses = (routes: object[], from: string[], more: object = {}) =>
      load(routes, { ...VERSIONING, from, ...more })
        .diagnostics.filter(({ code }) => code === "GW0125")
        .map(({ path, witness }) => `${path} ${witness}`);
    expect(witnesses([closed, open], ["path"])).toEqual(["routes[1] GET http://localhost/v1/x"]);
    expect(witnesses([closed, open], ["header:accept-version"])).toEqual([
      "routes[1] GET http://localhost/x -H 'accept-version: 1'",
    ]);
    expect(witnesses([closed, open], ["query:v"])).toEqual(["routes[1] GET http://localhost/x?v=1"]);
    expect(witnesses([closed, open], ["media-type"])).toEqual([
      "routes[1] GET http://localhost/x -H 'accept: application/json; version=1'",
    ]);
    // It is one by another service, too, and by requests that name no version.
    expect(witnesses([closed, { ...open, service: "b" }], ["path"])).toEqual(["routes[1] GET http://localhost/v1/x"]);
    expect(witnesses([closed, { name: "all", match: "/x", service: "a" }], ["path"])).toEqual([
      "routes[1] GET http://localhost/x",
    ]);
    expect(witnesses([closed, { ...open, policies: KEYS }], ["path"])).toEqual([]);
  });

  it("find a split whose services are protected elsewhere", () => {
    const { diagnostics } = load([
      { name: "closed", match: "/x", service: "a", policies: KEYS },
      { name: "open", match: { path: "/x", method: "POST" }, split: { a: 9, b: 1 } },
    ]);
    expect(diagnostics.map(({ code, path }) => `${code} ${path}`)).toContain("GW0125 routes[1]");
  });
});

describe("a split", () => {
  it("names services that exist, and gives one of them a weight", () => {
    const at = (split: object): string[] =>
      findings([{ match: "/x", split }]).map((one) => one.split(":")[0] as string);
    expect(at({ a: 90, b: 10 })).toEqual([]);
    expect(at({ by: "cookie:group", to: { a: 90, b: 0 } })).toEqual([]);
    expect(at({ a: 90, bb: 10 })).toEqual(["error GW0105 routes[0].split.bb"]);
    expect(at({ by: "ip", to: { aa: 1 } })).toEqual(["error GW0105 routes[0].split.to.aa"]);
    expect(at({ a: 0, b: 0 })).toEqual(["error GW0103 routes[0].split"]);
  });
});
