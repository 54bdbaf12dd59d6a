import { describe, expect, it } from "vitest";
import { findCircle, neededParts } from "../../../src/config/compose/part-graph.ts";
import { fc } from "../../helpers/property.ts";

const part = (path: string, headers: Record<string, string> = {}) => ({ path, headers });

describe("neededParts", () => {
  it("names every part once, of path and headers", () => {
    const headers = { "x-a": "{b.status}", "x-b": "{c.body.x}" };
    expect(neededParts(part("/{a.body.id}/{a.body.name}?q={query.a}", headers))).toEqual(["a", "b", "c"]);
  });
});

describe("findCircle", () => {
  it("finds none where every part can be asked", () => {
    expect(findCircle({ a: part("/"), b: part("/{a.body.x}"), c: part("/{a.body.x}/{b.body.x}") })).toBeUndefined();
  });

  it("finds a part that needs itself", () => {
    expect(findCircle({ a: part("/{a.body.x}") })).toEqual(["a"]);
  });

  it("finds a longer one, without what only leads to it", () => {
    const parts = {
      in: part("/{a.body.x}"),
      a: part("/{b.body.x}"),
      b: part("/{c.status}"),
      c: part("/", { h: "{a.status}" }),
    };
    expect(findCircle(parts)).toEqual(["a", "b", "c"]);
  });

  it("passes over parts that there are not", () => {
    expect(findCircle({ a: part("/{toString.body.x}/{nobody.body.x}") })).toBeUndefined();
  });

  it("finds one if and only if the parts cannot be brought into an order", () => {
    const graphs = fc.uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14, selector: String });
    fc.assert(
      fc.property(graphs, (edges) => {
        const needs = Array.from({ length: 8 }, (_, i) => edges.flatMap(([from, to]) => (from === i ? [to] : [])));
        const parts = Object.fromEntries(
          needs.map((all, i) => [`p${i}`, part(`/${all.map((to) => `{p${to}.status}`).join("")}`)]),
        );
        expect(findCircle(parts) !== undefined).toBe(!canBeOrdered(needs));
      }),
    );
  });
});

/** Takes parts away that need nothing any more, until none is left or none can be taken. */
function canBeOrdered(needs: readonly (readonly number[])[]): boolean {
  const left = new Set(needs.keys());
  for (;;) {
    const free = [...left].find((i) => !needs[i]?.some((to) => left.has(to)));
    if (free === undefined) return left.size === 0;
    left.delete(free);
  }
}
