import { describe, expect, it } from "vitest";
import { parseRedisUrl } from "../../src/shared/redis-url.ts";

describe("the URL of a Redis", () => {
  it.each<[url: string, expected: object]>([
    [
      "redis://localhost",
      { host: "localhost", port: 6379, database: 0, isTls: false, shown: "redis://localhost:6379" },
    ],
    ["redis://10.0.0.7:80/3", { host: "10.0.0.7", port: 80, database: 3, shown: "redis://10.0.0.7:80/3" }],
    ["rediss://cache.example.com/", { host: "cache.example.com", port: 6379, isTls: true }],
    ["redis://[::1]:6380", { host: "::1", port: 6380, shown: "redis://[::1]:6380" }],
    ["redis://:s%40crEt@db", { username: undefined, password: "s@crEt", shown: "redis://db:6379" }],
    ["redis://ann:s%3Acret@db:1/2", { username: "ann", password: "s:cret", shown: "redis://db:1/2" }],
  ])("%s", (url, expected) => {
    expect(parseRedisUrl(url)).toMatchObject(expected);
  });

  it.each<[url: string, problem: RegExp]>([
    ["memory", /begins with neither/],
    ["redis:localhost", /begins with neither/],
    ["REDIS://localhost", /begins with neither/],
    ["redis://", /is no URL|names no host/],
    ["redis:///1", /names no host/],
    ["redis://localhost:0", /port 0/],
    ["redis://localhost:70000", /is no URL/],
    ["redis://a b", /is no URL/],
    ["redis://localhost/cache", /number of a database/],
    ["redis://localhost/1/2", /number of a database/],
    ["redis://localhost?family=6", /options/],
    ["redis://localhost#1", /options/],
    ["redis://ann@localhost", /without a password/],
    ["redis://:50%@localhost", /%25/],
  ])("%s is refused", (url, problem) => {
    expect(parseRedisUrl(url)).toMatch(problem);
  });

  it("is never repeated, credentials and all, in what is wrong with it", () => {
    for (const rest of ["?x=1", "/cache", ":99999", "#a"]) {
      expect(parseRedisUrl(`redis://ann:s3cret@localhost${rest}`)).not.toContain("s3cret");
    }
  });
});
