import { describe, expect, it } from "vitest";
import { familyOptions, isLoopbackHost } from "../../src/shared/loopback-lookup.ts";

describe("isLoopbackHost", () => {
  it.each(["localhost", "LOCALHOST", "api.localhost", "localhost.", "127.0.0.1", "127.8.9.1", "::1"])("%s", (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(["notlocalhost", "localhost.example", "10.0.0.1", "127.example", "::2"])("not %s", (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe("familyOptions", () => {
  const ask = (options: object) =>
    new Promise((resolve) => {
      familyOptions("localhost").lookup?.("localhost", options, (_error, ...found) => resolve(found));
    });

  it("gives both addresses of localhost, or the one of the family asked for", async () => {
    const both = [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ];
    expect(await ask({ all: true })).toEqual([both]);
    expect(await ask({ all: true, family: 6 })).toEqual([[both[1]]]);
    expect(await ask({ family: 6 })).toEqual(["::1", 6]);
  });

  it("leaves other names to the resolver", () => expect(familyOptions("example.test").lookup).toBeUndefined());
});
