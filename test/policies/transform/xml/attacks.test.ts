import { describe, expect, it } from "vitest";
import { TransformFault } from "../../../../src/policies/transform/fault.ts";
import { createXmlReader } from "../../../../src/policies/transform/xml/read-xml.ts";
import { costRatio, leastCost } from "../../../helpers/cost.ts";

const read = createXmlReader({ typed: true, marks: false });

/** Why it is refused. */
function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof TransformFault) return error.message;
    throw error;
  }
  return "none";
}

const LAUGHS = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
const A_MEBIBYTE = 1024 * 1024;

describe("attacks by XML", () => {
  it.each([
    ["billion laughs", `<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS}]><a>&l9;</a>`, "has a DOCTYPE"],
    [
      "quadratic blow-up",
      `<!DOCTYPE a [<!ENTITY x "${"x".repeat(50_000)}">]><a>${"&x;".repeat(50_000)}</a>`,
      "has a DOCTYPE",
    ],
    [
      "a file by an external entity",
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      "has a DOCTYPE",
    ],
    [
      "an address by an external entity",
      '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/">]><a>&x;</a>',
      "has a DOCTYPE",
    ],
    ["a parameter entity", '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]><a/>', "has a DOCTYPE"],
    ["an external DTD", '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "has a DOCTYPE"],
    ["a public DTD", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html/>', "has a DOCTYPE"],
    ["a DOCTYPE behind a comment", "<!-- --><!DOCTYPE a><a/>", "has a DOCTYPE"],
    ["a DOCTYPE inside", "<a><!DOCTYPE a></a>", "has a DOCTYPE"],
    ["a DOCTYPE in small letters", "<!doctype a><a/>", 'has "<!" that begins nothing known'],
    ["an entity without a DTD", "<a>&xxe;</a>", "has an & that begins none of the five known entities"],
    ["nesting to a million", "<a>".repeat(1_000_000), "is nested more than 64 deep"],
    ["nesting that is closed", `${"<a>".repeat(65)}${"</a>".repeat(65)}`, "is nested more than 64 deep"],
    ["a tag that never ends", `<a ${"b ".repeat(A_MEBIBYTE / 2)}`, "has a tag <a> that is not well-formed"],
    ["an attribute that never ends", `<a b="${"x".repeat(A_MEBIBYTE)}`, "has a tag <a> that is not well-formed"],
    ["white space that never ends", `<a${" ".repeat(A_MEBIBYTE)}`, "has a tag <a> that is not well-formed"],
    ["a name that never ends", `<${"a".repeat(A_MEBIBYTE)}`, "has a tag"],
    ["an end tag that never ends", `<a></a${" ".repeat(A_MEBIBYTE)}`, "has an end tag that is not well-formed"],
    ["a declaration that never ends", `<?xml version="1.0"${" ".repeat(A_MEBIBYTE)}`, "has an XML declaration"],
    ["comments that never end", "<!--".repeat(250_000), 'has "--" in a comment'],
    ["instructions that never end", `<a>${"<?p ".repeat(250_000)}`, "has a processing instruction that does not end"],
    ["quotes in instructions", `<?p '${'"'.repeat(A_MEBIBYTE)}`, "has a processing instruction that does not end"],
    ["a number that never ends", `<a>&#${"9".repeat(A_MEBIBYTE)};</a>`, "refers to a character"],
    ["ampersands", `<a>${"&".repeat(A_MEBIBYTE)}</a>`, "has an & that begins none"],
    [
      "attributes without end",
      `<a ${Array.from({ length: 100_000 }, (_, i) => `b${i}=""`).join(" ")}/>`,
      "has an element with more than 1000 attributes",
    ],
    ["one attribute thousands of times", `<a ${'b="" '.repeat(200_000)}/>`, "has an attribute b twice"],
  ])("%s is refused within 50 ms", (_, text, message) => {
    const refused = refusal(text);
    expect(refused.startsWith(message), refused.slice(0, 100)).toBe(true);
    expect(leastCost(() => refusal(text), 50_000)).toBeLessThan(50_000);
  });

  it("leaves the names of JavaScript's own members alone", () => {
    const value = read(
      "<o __proto__='1' constructor='2'><__proto__><polluted>yes</polluted></__proto__><constructor/><toString>x</toString></o>",
    );
    expect(JSON.stringify(value)).toBe(
      '{"o":{"@__proto__":1,"@constructor":2,"__proto__":{"polluted":"yes"},"constructor":"","toString":"x"}}',
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  // Some 8 KiB, and sixteen times that: what is linear takes 16 times as long, and what is quadratic 256 times.
  it.each<[name: string, text: (n: number) => string]>([
    ["elements", (n) => `<a>${"<b/>".repeat(n * 4)}</a>`],
    [
      "attributes",
      (n) => `<a>${`<b ${Array.from({ length: 100 }, (_, i) => `b${i}=""`).join(" ")}/>`.repeat(n / 100)}</a>`,
    ],
    ["sections of CDATA", (n) => `<a>${"<![CDATA[x]]>".repeat(n)}</a>`],
    ["comments", (n) => `<a>${"x<!-- -->".repeat(n)}</a>`],
    ["entities", (n) => `<a>${"&amp;".repeat(n * 3)}</a>`],
    ["entities in an attribute", (n) => `<a b="${"&amp;".repeat(n * 3)}"/>`],
    ["texts between elements", (n) => `<a>${"x<b/>".repeat(n * 3)}</a>`],
  ])("takes time in proportion to the text, if it is made of %s", (_, kind) => {
    const [small, large] = [kind(500), kind(8_000)];
    const ratio = costRatio(
      () => read(small),
      () => read(large),
      64,
    );
    expect(ratio).toBeLessThan(64);
  });
});
