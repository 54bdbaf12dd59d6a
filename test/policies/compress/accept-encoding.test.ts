import { describe, expect, it } from "vitest";
import { chooseCoding, createChooser } from "../../../src/policies/compress/accept-encoding.ts";
import { CODINGS, type Coding } from "../../../src/policies/compress/coding.ts";
import { leastCost } from "../../helpers/cost.ts";
import { fc } from "../../helpers/property.ts";

const OFFERED = ["br", "gzip"] as const;
const coding = (field: string | undefined, offered: readonly Coding[] = OFFERED): string =>
  chooseCoding(field, offered).coding ?? "none";

describe("what Accept-Encoding asks for (RFC 9110 section 12.5.3)", () => {
  it.each([
    ["no field: anything is taken, nothing is asked for", undefined, "none"],
    ["an empty one: no coding is wanted", "", "none"],
    ["one that is offered", "gzip", "gzip"],
    ["one that is not offered", "compress", "none"],
    ["several: the gateway's order", "gzip, deflate, br", "br"],
    ["weights before the gateway's order", "br;q=0.5, gzip;q=0.8", "gzip"],
    ["equal weights: the gateway's order", "gzip;q=0.5, br;q=0.5", "br"],
    ["the smallest weight", "gzip;q=0.001", "gzip"],
    ["excluded by q=0", "gzip;q=0", "none"],
    ["excluded by q=0.000", "gzip;q=0.000, br;q=0.0", "none"],
    ["a star: any that is offered", "*", "br"],
    ["a star stands for those without a weight of their own", "br;q=0, *;q=0.5", "gzip"],
    ["a star is no more than its weight", "gzip, *;q=0.5", "gzip"],
    ["a star that excludes", "gzip, *;q=0", "gzip"],
    ["nothing but a star that excludes", "*;q=0", "none"],
    ["identity is preferred by its weight", "identity, gzip;q=0.5", "none"],
    ["identity as good as another: coded", "identity;q=0.5, gzip;q=0.5", "gzip"],
    ["identity by the star's weight", "gzip;q=0.2, *;q=0.7, br;q=0.1", "none"],
    ["identity excluded", "gzip;q=0.1, identity;q=0", "gzip"],
    ["upper case, and white space where it may be", " GZIP ;Q=1.0\t, BR ; q=0.9 ", "gzip"],
    ["the old name of gzip", "x-gzip", "gzip"],
    ["both names of gzip: the lesser weight", "x-gzip, gzip;q=0", "none"],
    ["the same name twice: the lesser weight", "gzip;q=0, gzip", "none"],
    ["empty elements", ",, gzip,,", "gzip"],
    ["a weight above 1 excludes", "gzip;q=1.1", "none"],
    ["a weight of four digits excludes", "gzip;q=0.1234", "none"],
    ["a weight that is none excludes, whatever the star says", "br;q=high, *", "gzip"],
    ["a parameter that is no weight excludes", "br;level=9, gzip", "gzip"],
    ["what is not even a name is passed over", "@, <, gzip", "gzip"],
    ["junk behind the star is passed over", "*;q=x", "none"],
    ["a name is a whole word", "gzip2, brotli", "none"],
  ])("%s", (_name, field, expected) => {
    expect(coding(field)).toBe(expected);
  });

  it.each([
    ["gzip, identity;q=0", true],
    ["*;q=0", true],
    ["identity;q=0.000", true],
    ["*;q=0, identity;q=0.1", false],
    ["gzip;q=0", false],
    ["identity;q=zero", false],
    ["", false],
    [undefined, false],
  ])("%s: is a body without coding refused? %s", (field, refused) => {
    expect(chooseCoding(field, OFFERED).identityRefused).toBe(refused);
  });

  it("takes a body as it is for the best there is, where nothing offered is taken", () => {
    expect(chooseCoding("compress, identity;q=0", OFFERED)).toEqual({ coding: undefined, identityRefused: true });
  });

  it("never answers what is excluded, not offered, or worth less than another (any well-formed field)", () => {
    const element = fc.record({
      name: fc.constantFrom(...CODINGS, "identity", "*", "compress"),
      weight: fc.integer({ min: 0, max: 1000 }),
    });
    const offer = fc.uniqueArray(fc.constantFrom(...CODINGS), { minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(element, { selector: ({ name }) => name }), offer, (elements, offered) => {
        const field = elements.map(({ name, weight }) => `${name};q=${(weight / 1000).toFixed(3)}`).join(", ");
        const weights = new Map<string, number>(elements.map(({ name, weight }) => [name, weight]));
        const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
        const { coding: chosen } = chooseCoding(field, offered);
        const best = Math.max(...offered.map(weightOf));
        const identity = weights.get("identity") ?? weights.get("*") ?? 0;
        if (chosen === undefined) return best === 0 || identity > best;
        const firstBest = offered.find((one) => weightOf(one) === best);
        return best > 0 && best >= identity && chosen === firstBest;
      }),
    );
  });

  it("reads any text without throwing, and offers nothing else than what is offered", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[gzipbr*;q=0.1, \t"]{0,40}$/));
    fc.assert(fc.property(text, (field) => [...OFFERED, "none"].includes(coding(field))));
  });

  it("takes no longer for a long field than for as many short ones", () => {
    for (const long of ["gzip;".repeat(3_000), " ".repeat(15_000), `gzip${" \t".repeat(7_000)};`, "a,".repeat(7_000)]) {
      expect(leastCost(() => coding(long), 50_000)).toBeLessThan(50_000);
    }
  });
});

describe("a chooser", () => {
  it("answers as the plain function does, remembered or not", () => {
    const choose = createChooser(OFFERED);
    const fields = ["gzip", "br", "", undefined, "gzip", ...Array.from({ length: 200 }, (_, i) => `gzip, x-${i}`)];
    for (const field of [...fields, ...fields, `br, ${"x".repeat(400)}`]) {
      expect(choose(field)).toEqual(chooseCoding(field, OFFERED));
    }
  });
});
