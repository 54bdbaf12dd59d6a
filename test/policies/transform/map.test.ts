import { describe, expect, it } from "vitest";
import { TransformFault } from "../../../src/policies/transform/fault.ts";
import { compileMapping } from "../../../src/policies/transform/map.ts";
import { systemClock } from "../../../src/shared/clock.ts";

const ORDER = { order: { id: 7, lines: [{ price: 2 }, { price: 3.5 }] } };

async function faultOf(source: string, input: unknown = {}): Promise<string> {
  try {
    await compileMapping(source, systemClock)(input, {});
  } catch (error) {
    if (error instanceof TransformFault) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("mapping by JSONata", () => {
  it("makes one document of another, and knows what it is given", async () => {
    const map = compileMapping(
      '{ "id": order.id, "total": $sum(order.lines.price), "by": $request.headers."x-user" }',
      systemClock,
    );
    expect(await map(ORDER, { request: { headers: { "x-user": "ann" } } })).toEqual({ id: 7, total: 5.5, by: "ann" });
    // Nothing stays of one evaluation for the next.
    expect(await map(ORDER, {})).toEqual({ id: 7, total: 5.5 });
  });

  it("knows the body by $, and by $$ from everywhere", async () => {
    const prices = await compileMapping("$.order.lines.(price + $$.order.id)", systemClock)(ORDER, {});
    expect(JSON.stringify(prices)).toBe("[9,10.5]");
    expect(await compileMapping("[$]", systemClock)([1, 2], {})).toEqual([1, 2]);
  });

  it("leaves alone what it is given", async () => {
    const input = structuredClone(ORDER);
    await compileMapping('$ ~> | order | { "id": 8 } |', systemClock)(input, {});
    expect(input).toEqual(ORDER);
  });

  it("does not reach what is not in the document", async () => {
    const escapes = [
      "$.constructor",
      "$.__proto__",
      "$lookup($, 'constructor')",
      "$string.constructor",
      "order.id.toString",
    ];
    for (const source of escapes) expect(await compileMapping(source, systemClock)(ORDER, {})).toBeUndefined();
    await compileMapping('{ "__proto__": { "polluted": true } }', systemClock)({}, {}).catch(() => {});
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each([
    ["$error('no such tenant')", "refused: no such tenant"],
    ["$assert(id > 0, 'id must be above 0')", "refused: id must be above 0"],
    ['$sum(["a"])', "mapping: failed (T0412 at character 5)"],
    ['$number("secret")', "mapping: failed (D3030 at character 8)"],
    ['"a" * 2', "mapping: failed (T2001 at character 5)"],
    ["unknown()", "mapping: failed (T1006 at character 8)"],
    ["($f := function($n) { 1 + $f($n) }; $f(1))", "mapping: went too deep"],
    ["[1..2000000]", "mapping: made too long a list"],
    ['($f := function($t) { $f($t & $t) }; $f("xxxxxxxx"))', "mapping: failed"],
  ])("%s fails as %s", async (source, fault) => {
    expect(await faultOf(source)).toBe(fault);
  });

  it("ends what runs away after a second, and lets others have their turn meanwhile", { timeout: 30_000 }, async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const began = performance.now();
    // It calls itself last of all: it goes round, and never deeper.
    const fault = await faultOf("($f := function($n) { $f($n + 1) }; $f(1))");
    clearInterval(timer);
    expect(fault).toBe("mapping: took longer than 1000 ms");
    expect(performance.now() - began).toBeLessThan(4_000);
    // A second of work in slices of 8 ms, fewer where the machine is busy; without them not one turn.
    expect(turns).toBeGreaterThan(4);
  });

  it("gives others their turn by the clock that it is given", async () => {
    let now = 0;
    // Every look at it takes a millisecond: every eighth step or so, others have their turn.
    const map = compileMapping("$sum([1..100].($ * 2))", { now: () => now++ });
    let turns = 0;
    const count = (): void => {
      turns++;
      handle = setImmediate(count);
    };
    let handle = setImmediate(count);
    expect(await map({}, {})).toBe(10_100);
    clearImmediate(handle);
    // 100 times a product of two: at least 300 steps.
    expect(turns).toBeGreaterThan(30);
    expect(turns).toBeLessThan(200);
  });

  it("does not parse what is not well-formed", () => {
    expect(() => compileMapping("{ 'a': ", systemClock)).toThrow(expect.objectContaining({ code: "S0203" }) as Error);
  });
});
