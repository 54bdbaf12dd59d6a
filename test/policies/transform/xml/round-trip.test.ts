import { describe, expect, it } from "vitest";
import { checkXml } from "../../../../src/policies/transform/xml/check-xml.ts";
import { createXmlReader } from "../../../../src/policies/transform/xml/read-xml.ts";
import { writeXml } from "../../../../src/policies/transform/xml/write-xml.ts";
import { canonical, jsonDocuments } from "./documents.ts";
import { fc } from "../../../helpers/property.ts";

const RUNS = { numRuns: 1_000 };

describe("JSON → XML → JSON", () => {
  it("comes back as it was, every document, with marks", () => {
    const read = createXmlReader({ root: "r", typed: true, marks: true });
    fc.assert(
      fc.property(jsonDocuments, (value) => {
        const back = read(writeXml(value, { root: "r", marks: true }));
        return canonical(back) === canonical(value);
      }),
      RUNS,
    );
  });

  it("is well-formed, every document, with and without marks", () => {
    fc.assert(
      fc.property(jsonDocuments, fc.boolean(), (value, marks) => {
        checkXml(writeXml(value, { marks }));
      }),
      RUNS,
    );
  });

  it("comes back without marks, where nothing of it needs one", () => {
    const read = createXmlReader({ root: "r", typed: true, marks: false });
    fc.assert(
      fc.property(plainDocuments, (value) => {
        const back = read(writeXml(value, { root: "r", marks: false }));
        return canonical(back) === canonical(value);
      }),
      RUNS,
    );
  });

  it("comes back where `arrays` names what is an array", () => {
    const read = createXmlReader({ root: "r", arrays: ["lines", "lines.tags"], typed: true, marks: false });
    const value = { lines: [{ id: 1, tags: ["new"] }] };
    expect(read(writeXml(value, { root: "r", marks: false }))).toEqual(value);
  });
});

describe("XML → JSON → XML", () => {
  it("comes back, document by document, where text and elements do not mix", () => {
    const read = createXmlReader({ typed: true, marks: false });
    fc.assert(
      fc.property(plainDocuments, (value) => {
        const xml = writeXml(value, { root: "r", marks: false });
        return writeXml(read(xml), { marks: false }) === xml;
      }),
      RUNS,
    );
  });
});

/**
 * What the rules say needs no mark: objects that are not empty, with attributes that are scalars, and arrays of at least
 * two objects or scalars; texts that look like nothing else.
 */
const plainText = fc.stringMatching(/^[a-z&<>"' \n\]é]{0,12}$/).filter((text) => !/^(?:true|false)$/.test(text));
const plainScalar = fc.oneof(plainText, fc.integer(), fc.boolean());
const plainKey = fc.constantFrom("a", "b", "c", "d e", "_x", "1");
const plainDocuments: fc.Arbitrary<unknown> = fc.letrec<{ object: unknown; value: unknown }>((tie) => ({
  object: fc
    .tuple(
      fc.dictionary(fc.constantFrom("@id", "@name"), plainScalar, { maxKeys: 2 }),
      fc.dictionary(plainKey, tie("value"), { minKeys: 1, maxKeys: 4 }),
    )
    .map(([attributes, members]) => ({ ...attributes, ...members })),
  value: fc.oneof(
    { maxDepth: 4 },
    plainScalar,
    tie("object"),
    fc.array(fc.oneof(plainScalar, tie("object")), { minLength: 2, maxLength: 3 }),
  ),
})).object;
