import { describe, expect, it } from "vitest";
import { createNameTable } from "../../src/stream/server-names.ts";

describe("server names", () => {
  const find = createNameTable(
    new Map([
      ["pg.localhost", "exact"],
      ["*.localhost", "wildcard"],
      ["*.db.localhost", "longer"],
      ["*", "rest"],
    ]),
  );

  it.each([
    ["pg.localhost", "exact"],
    ["a.localhost", "wildcard"],
    ["a.b.localhost", "wildcard"],
    ["x.db.localhost", "longer"],
    ["db.localhost", "wildcard"],
    ["localhost", "rest"],
    ["example.com", "rest"],
    [undefined, "rest"],
  ])("%s: %s", (name, expected) => {
    expect(find(name)).toBe(expected);
  });

  it("find nothing where nobody takes the rest", () => {
    const narrow = createNameTable(new Map([["PG.localhost", 1]]));
    expect(["pg.localhost", "a.localhost", undefined].map(narrow)).toEqual([1, undefined, undefined]);
  });
});
