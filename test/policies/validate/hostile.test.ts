import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validate } from "../../../src/policies/validate/policy.ts";
import { validateSchema } from "../../../src/policies/validate/schema.ts";
import { costOf } from "../../helpers/cost.ts";
import { OPENAPI_FOLDER } from "../../integration/policies/petstore.ts";
import { policyDeps, policyExchange } from "../support.ts";

const MIB = 1024 ** 2;
/** In ms. */
const GOAL = 50;
const PATIENCE = 10_000;
const ITEM = { type: "object", required: ["id"], properties: { id: { type: "integer" }, name: { type: "string" } } };
const LIST = { type: "array", items: { $ref: "#/$defs/item" }, $defs: { item: ITEM } };

const FORM = {
  type: "object",
  required: ["k1"],
  properties: {
    ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, { type: "string" }])),
    list: { type: "array", items: { type: "integer" } },
    deep: { type: "object", properties: { a: { type: "integer" } } },
  },
};

/**
 * Sends a body through a policy until it is refused for the reason that is expected, and in time: the clock that a
 * policy has for it goes on while others use the machine. The last answer, and how long it took in ms.
 */
async function judged(schema: Record<string, unknown>, body: string, keyword: string, more: Partial<Judging> = {}) {
  const { type = "application/json", goal = GOAL } = more;
  const policy = validate.create(validateSchema.parse({ body: schema }), policyDeps());
  for (const began = performance.now(); ; ) {
    let verdict: Awaited<ReturnType<NonNullable<typeof policy.onRequest>>>;
    const cost = await costOf(async () => {
      verdict = await policy.onRequest?.(policyExchange({ method: "POST", headers: [["content-type", type]], body }));
    });
    const problem = verdict?.kind === "problem" ? verdict : undefined;
    const errors = problem?.members?.["errors"] as { keyword: string }[] | undefined;
    const keywords = [...new Set(errors?.map((error) => error.keyword))];
    const took = cost / 1_000;
    if ((took < goal && keywords[0] === keyword) || performance.now() - began > PATIENCE)
      return { code: problem?.code, took, keywords };
  }
}

interface Judging {
  readonly type: string;
  readonly goal: number;
}

describe("hostile bodies", () => {
  it.each<[name: string, schema: Record<string, unknown>, body: () => string, keyword: string]>([
    ["a million brackets", {}, () => "[".repeat(MIB), "depth"],
    ["a million brackets of objects", {}, () => '{"a":'.repeat(MIB / 5), "depth"],
    ["nesting that is closed", {}, () => "[".repeat(MIB / 2) + "]".repeat(MIB / 2), "depth"],
    ["a text without end", {}, () => `"${"\\\\".repeat(MIB / 2 - 2)}`, "json"],
    ["a huge list, wrong at the end", LIST, () => `[${'{"id":1},'.repeat(100_000)}{}]`, "required"],
    ["a huge list, all of it wrong", LIST, () => `[${'{"i":1},'.repeat(110_000)}{}]`, "required"],
    ["a list of lists in place of objects", LIST, () => `[${"[],".repeat(300_000)}[]]`, "type"],
    [
      "a name that stands twice at the end",
      {},
      () => `{${Array.from({ length: 30_000 }, (_, i) => `"k${i}":1`).join()},"k0":2}`,
      "unique",
    ],
    [
      "items that are the same at the end",
      { uniqueItems: true },
      () => `[${Array.from({ length: 30_000 }, (_, i) => `{"k":${i}}`).join()},{"k":0}]`,
      "uniqueItems",
    ],
    [
      "many wrong members",
      { additionalProperties: false },
      () => `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join()}}`,
      "additionalProperties",
    ],
    ["a long number", { type: "integer" }, () => "9".repeat(MIB - 10), "type"],
  ])("are refused in less than 50 ms, with a body of up to 1 MiB: %s", async (_, schema, body, keyword) => {
    const text = body();
    expect(text.length).toBeLessThanOrEqual(MIB);
    const { code, took, keywords } = await judged(schema, text, keyword);
    expect([code, keywords]).toEqual(["GW0514", [keyword]]);
    expect(took).toBeLessThan(GOAL);
  });

  it.each<[name: string, body: () => string, keyword: string]>([
    ["many names", () => Array.from({ length: 100_000 }, (_, i) => `n${i}=1`).join("&"), "maxProperties"],
    ["as many as may be", () => Array.from({ length: 4_096 }, (_, i) => `n${i}=1`).join("&"), "required"],
    [
      "as many as may be, in brackets",
      () => Array.from({ length: 4_096 }, (_, i) => `deep[n${i}]=1`).join("&"),
      "required",
    ],
    ["as many as may be of one list", () => "list=1&".repeat(4_096), "required"],
    ["many brackets", () => `deep${"[a]".repeat(300_000)}=1`, "encoding"],
    ["nothing but separators", () => "&".repeat(MIB), "required"],
    ["broken encodings", () => "list=%&".repeat(4_096), "encoding"],
    ["one long text", () => `p1=${"%41".repeat(300_000)}`, "required"],
  ])("are refused in less than 50 ms as forms, too: %s", async (_, body, keyword) => {
    const text = body();
    expect(text.length).toBeLessThanOrEqual(MIB);
    const { code, took, keywords } = await judged(FORM, text, keyword, { type: "application/x-www-form-urlencoded" });
    expect([code, keywords]).toEqual(["GW0514", [keyword]]);
    expect(took).toBeLessThan(GOAL);
  });

  it("that run away in a pattern are refused after the time that they are given, with everything else in them", async () => {
    const schema = { items: { pattern: "^(\\w+\\s?)*$" } };
    const { code, took, keywords } = await judged(
      schema,
      JSON.stringify(Array.from({ length: 1_000 }, () => `${"a".repeat(40)}!`)),
      "timeout",
      { goal: 1_000 },
    );
    expect([code, keywords]).toEqual(["GW0514", ["timeout"]]);
    expect(took).toBeLessThan(1_000);
  });

  it("never end in anything but a verdict", { timeout: 60_000 }, async () => {
    const policy = validate.create(
      validateSchema.parse({ openapi: "petstore.yaml" }),
      policyDeps({ baseDirectory: OPENAPI_FOLDER }),
    );
    const methods = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X");
    const paths = fc.oneof(
      fc.constantFrom(
        "/pets",
        "/pets/7",
        "/pets/mine",
        "/orders",
        "/pets/1/photo",
        "/pets/1/notes.md",
        "/reports/.1/;ids=1",
      ),
      fc.webPath(),
    );
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array(),
      fc.constant("name=a&price=1&owner[email]=x&owner[a][b]=1"),
    );
    const names = fc.constantFrom(
      "content-type",
      "content-encoding",
      "x-trace",
      "x-fields",
      "cookie",
      "if-match",
      "content-length",
    );
    const values = fc.oneof(
      fc.constantFrom(
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "gzip",
        "br, gzip",
        "session=0123abcd",
        "multipart/form-data",
      ),
      fc.string(),
    );
    const queries = fc.oneof(
      fc.webQueryParameters(),
      fc.string(),
      fc.constantFrom("limit=1&limit=2", "range[min]=1", "range[__proto__]=1", "filter={", "page=%"),
    );
    await fc.assert(
      fc.asyncProperty(
        methods,
        paths,
        queries,
        fc.array(fc.tuple(names, values)),
        bodies,
        async (method, path, query, headers, body) => {
          const exchange = policyExchange({ method, path, query, headers, body });
          const verdict = await policy.onRequest?.(exchange);
          if (verdict !== undefined)
            expect(verdict).toMatchObject({ kind: "problem", code: expect.stringMatching(/^GW051[4-8]$/) });
          const given = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
          expect(["pass", "reject", "unknown"]).toContain(
            policy.explain(policyExchange({ method, path, query, headers, givenBody: given })).verdict,
          );
        },
      ),
      { seed: 5, numRuns: 500 },
    );
  });

  it("are told apart by explain as they are live", { timeout: 60_000 }, async () => {
    const policy = validate.create(
      validateSchema.parse({ openapi: "petstore.yaml" }),
      policyDeps({ baseDirectory: OPENAPI_FOLDER }),
    );
    const pets = fc.record(
      {
        name: fc.constantFrom("a", "", 3),
        price: fc.constantFrom(1, 0, "1"),
        kind: fc.constantFrom({ species: "cat", lives: 3 }, { species: "dog" }, 1),
        born: fc.constantFrom(null, "2024-01-01", "x"),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(pets, async (pet) => {
        const question = { method: "POST", path: "/pets", headers: [["content-type", "application/json"]] as const };
        const text = JSON.stringify(pet);
        const live = await policy.onRequest?.(policyExchange({ ...question, body: text }));
        const { verdict, answer } = policy.explain(policyExchange({ ...question, givenBody: text }));
        expect([verdict, answer]).toEqual(live === undefined ? ["pass", undefined] : ["reject", live]);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});
