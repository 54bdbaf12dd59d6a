import { describe, expect, it } from "vitest";
import { Directives } from "../../../src/policies/cache/directives.ts";

const read = (...lines: string[]): Directives => new Directives(lines);

describe("Cache-Control", () => {
  it("is read whatever case, space and lines it is in, and without its empty elements", () => {
    const directives = read(" No-Store ,, MAX-AGE=5\t", "s-maxage=7 ,");
    expect([directives.has("no-store"), directives.seconds("max-age"), directives.seconds("s-maxage")]).toEqual([
      true,
      5,
      7,
    ]);
    expect([directives.has(""), directives.has("private"), directives.seconds("min-fresh")]).toEqual([
      false,
      false,
      undefined,
    ]);
  });

  it("is not divided between quotes, in which nothing is a directive", () => {
    const directives = read('a="b, no-store, \\"c\\", private", max-age=5');
    expect([directives.has("no-store"), directives.has("private"), directives.seconds("max-age")]).toEqual([
      false,
      false,
      5,
    ]);
  });

  it.each([
    ["max-age=60", 60],
    ['max-age="60"', 60],
    ["max-age=0", 0],
    ["max-age=007", 7],
    ["max-age=99999999999999999999", 2 ** 31],
    ["max-age", 0],
    ["max-age=", 0],
    ["max-age=-5", 0],
    ["max-age=1.5", 0],
    ["max-age=1e3", 0],
    ["max-age=5s", 0],
    ["max-age='60'", 0],
    ['max-age="60', 0],
    ["max-age=60, max-age=60", 60],
    ["max-age=60, max-age=70", 0],
    ['max-age="60", max-age=70', 0],
    ["max-age =60", 60],
    ["max-age= 60", 60],
  ])("%s is %s seconds", (line, seconds) => expect(read(line).seconds("max-age")).toBe(seconds));

  it.each([
    ["private", "all"],
    ['private="x-a"', ["x-a"]],
    ['private="X-A, x-b"', ["x-a", "x-b"]],
    ['private="x-a", private="x-b"', ["x-a", "x-b"]],
    ['private="x-a", private', "all"],
    ["private=x-a", "all"],
    ['private=""', "all"],
    ['private="a b"', "all"],
    ['private="x-a', "all"],
  ])("%s is about %s", (line, fields) => expect(read(line).fields("private")).toEqual(fields));

  it.each([
    ["max-stale", true],
    ["max-stale=5", false],
    ['max-stale="5', false],
    ["max-stale, max-stale=5", false],
    ["max-age=5", false],
  ])("%s: max-stale without an argument is %s", (line, bare) => expect(read(line).isBare("max-stale")).toBe(bare));
});
