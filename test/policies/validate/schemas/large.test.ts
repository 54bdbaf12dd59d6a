import { describe, expect, it } from "vitest";
import { loadContract } from "../../../../src/policies/validate/contract.ts";
import { validateSchema } from "../../../../src/policies/validate/schema.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

/** An API of 100 operations and 600 schemas, of which each refers to the next, round in a circle. */
function largeDocument(): Record<string, string> {
  const schemas = Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [
      `S${i}`,
      {
        type: "object",
        required: ["id"],
        properties: { id: { type: "integer" }, next: { $ref: `#/components/schemas/S${(i + 1) % 600}` } },
      },
    ]),
  );
  const content = (i: number) => ({ "application/json": { schema: { $ref: `#/components/schemas/S${i % 600}` } } });
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "integer" } }];
  const paths = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `/things${i}/{id}`,
      {
        post: {
          parameters,
          requestBody: { content: content(i) },
          responses: { 200: { description: "", content: content(i * 7) } },
        },
      },
    ]),
  );
  return { "a.json": JSON.stringify({ openapi: "3.0.3", paths, components: { schemas } }) };
}

describe("a large document", () => {
  it("is compiled however long its chains of references are", { timeout: 120_000 }, () => {
    const { contract, faults } = loadContract(
      validateSchema.parse({ openapi: "a.json" }),
      tempDir(largeDocument()),
      true,
    );
    expect(faults).toEqual([]);
    const found = contract?.templates?.find("/things7/1", "POST");
    const id = (found?.kind === "operation" && found.operation.body?.contents[0]?.schema?.id) || "";
    const nested = (depth: number): unknown => (depth === 0 ? { id: "x" } : { id: depth, next: nested(depth - 1) });
    const faultsOf = (value: unknown) => contract?.validators.check(id, { value, nodes: 100, length: 100 });
    expect(faultsOf({ id: 1, next: { id: 2 } })).toBeUndefined();
    expect(faultsOf(nested(40))?.map(({ pointer, keyword }) => `${pointer} ${keyword}`)).toEqual([
      `${"/next".repeat(40)}/id type`,
    ]);
  });
});
