import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../../src/policies/validate/openapi/operation.ts";
import { PathTemplates } from "../../../../src/policies/validate/openapi/path-templates.ts";
import { basePathsOf } from "../../../../src/policies/validate/openapi/servers.ts";
import { leastCost } from "../../../helpers/cost.ts";

function templates(paths: readonly string[], basePaths: readonly string[] = [], basePath?: string) {
  const items = paths.map((template) => {
    const operation = { name: `GET ${template}`, method: "GET" } as Operation;
    return { template, basePaths, operations: new Map([["GET", operation]]) };
  });
  return new PathTemplates(items, basePath);
}

/** The template that is found, and what it captures. */
function found(all: PathTemplates, path: string): string | undefined {
  const result = all.find(path, "GET");
  if (result.kind !== "operation") return undefined;
  return [result.operation.name.slice(4), ...[...result.captures].map((pair) => pair.join("="))].join(" ");
}

describe("templates of paths", () => {
  it.each<[path: string, expected: string | undefined]>([
    ["/pets", "/pets"],
    ["/pets/7", "/pets/{id} id=7"],
    ["/pets/mine", "/pets/mine"],
    ["/pets/7/toys", "/pets/{id}/toys id=7"],
    ["/pets/mine/toys", "/pets/mine/{what} what=toys"],
    ["/pets/mine/new", "/pets/mine/{what} what=new"],
    ["/a/b.c.json", "/a/{name}.json name=b.c"],
    ["/a/b-c", "/a/{from}-{to} from=b to=c"],
    ["/a/b-c-d", "/a/{from}-{to} from=b to=c-d"],
    ["/a/b", "/a/{name} name=b"],
    ["/caf%C3%A9", "/caf%c3%a9"],
    ["/x%2Fy", undefined],
    ["/a/x%2Fy", "/a/{name} name=x%2Fy"],
    ["/pets/", undefined],
    ["/pets//toys", undefined],
    ["/Pets", undefined],
    ["/", "/"],
    ["/reports(2024)", "/reports({year}) year=2024"],
  ])("%s is %s", (path, expected) => {
    const all = templates([
      "/",
      "/pets/{id}/toys",
      "/pets/{id}",
      "/pets/mine",
      "/pets/mine/{what}",
      "/pets",
      "/a/{name}",
      "/a/{name}.json",
      "/a/{from}-{to}",
      "/caf%c3%a9",
      "/reports({year})",
    ]);
    expect(found(all, path)).toBe(expected);
  });

  it("are found in whatever order they stand", () => {
    const paths = ["/a/{x}/c", "/a/b/{y}", "/{z}/b/c", "/a/b/c", "/{p}/{q}/{r}"];
    const asked = ["/a/b/c", "/a/b/d", "/a/e/c", "/f/b/c", "/g/h/i", "/a/h/i"];
    const expected = asked.map((path) => found(templates(paths), path)?.split(" ")[0]);
    expect(expected).toEqual(["/a/b/c", "/a/b/{y}", "/a/{x}/c", "/{z}/b/c", "/{p}/{q}/{r}", "/{p}/{q}/{r}"]);
    fc.assert(
      fc.property(fc.shuffledSubarray(paths, { minLength: 5 }), (shuffled) => {
        expect(asked.map((path) => found(templates(shuffled), path)?.split(" ")[0])).toEqual(expected);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("begin behind the base path of a server, or at the root", () => {
    const all = templates(["/pets", "/v1/pets"], ["/v1"]);
    expect(["/v1/pets", "/pets", "/v1/v1/pets", "/v1", "/v1x/pets"].map((path) => found(all, path))).toEqual([
      "/pets",
      "/pets",
      "/v1/pets",
      undefined,
      undefined,
    ]);
  });

  it("begin behind basePath alone, where there is one", () => {
    const all = templates(["/pets", "/"], ["/v1"], "/shop");
    expect(["/shop/pets", "/shop", "/pets", "/v1/pets"].map((path) => found(all, path))).toEqual([
      "/pets",
      "/",
      undefined,
      undefined,
    ]);
  });

  it("take no time to speak of for a segment that is made to be slow", () => {
    const all = templates(["/{a}-{b}-{c}-{d}-{e}x"]);
    const took = leastCost(() => all.find(`/${"-".repeat(200)}`, "GET"), 1_000_000);
    expect(took).toBeLessThan(1_000_000);
  });
});

describe("base paths of servers", () => {
  it.each<[servers: unknown, paths: string[]]>([
    [undefined, []],
    [[{ url: "https://api.example/v1/" }], ["/v1"]],
    [
      [{ url: "/v1" }, { url: "/v1/" }, { url: "/" }],
      ["/v1", ""],
    ],
    [
      [
        {
          url: "https://{host}.example/{v}",
          variables: { host: { default: "a" }, v: { default: "v2", enum: ["v1", "v2"] } },
        },
      ],
      ["/v2", "/v1"],
    ],
    [
      [
        {
          url: "{scheme}://a.example:{port}/api",
          variables: { scheme: { default: "https" }, port: { default: "8443" } },
        },
      ],
      ["/api"],
    ],
    [[{ url: "https://a.example/{unknown}/b" }], ["//b"]],
    [[{}, 3], []],
  ])("%j begin at %j", (servers, paths) => {
    expect(basePathsOf(servers)).toEqual(paths);
  });
});
