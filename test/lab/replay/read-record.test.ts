import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_LINE } from "../../../src/lab/replay/lines.ts";
import { readRecord, recordOf } from "../../../src/lab/replay/read-record.ts";
import { GatewayError } from "../../../src/shared/errors/gateway-error.ts";
import { chunksOf, lineOf, recordFrom } from "./synthetic-record.ts";

const HEADER = '{"gatewayctl":"traffic record","version":1,"session":"abc","startedAt":"2026-01-31T12:00:00.000Z"}';
const LINE = lineOf({ at: 1, took: 2, endpoint: "http://a" });

const read = (text: string | Buffer, size?: number) => recordOf(chunksOf(text, size), "traffic.ndjson");
const refused = (text: string | Buffer) =>
  read(text).then(
    () => "read",
    (error: unknown) => (error instanceof GatewayError ? `${error.code} ${error.message}` : `threw ${String(error)}`),
  );

describe("reading a traffic record", () => {
  it("has the exchanges of each service, whatever pieces the bytes come in", async () => {
    const text = [HEADER, LINE, lineOf({ at: 3, took: 4, endpoint: "http://ü", service: "orders" }), ""].join("\n");
    for (const size of [1, 7, 64, 10_000]) {
      const { services } = await read(text, size);
      expect([...services].map(([name, { count }]) => [name, count])).toEqual([
        ["users", 1],
        ["orders", 1],
      ]);
      expect(services.get("orders")?.endpoints.list).toEqual(["http://ü"]);
    }
  });

  it("passes over a last line that was cut off, and says so", async () => {
    const record = await read(`${HEADER}\n${LINE}\n${LINE.slice(0, 40)}`);
    expect([record.cut, record.services.get("users")?.count]).toEqual([true, 1]);
    expect((await read(`${HEADER}\n${LINE}`)).cut).toBe(false);
  });

  it("passes over the piece of a line before a new session and before a gap, and counts what is missing", async () => {
    const second = HEADER.replace("abc", "def");
    const killed = await read(`${HEADER}\n${LINE}\n{"by":"abc-1","a\n${second}\n${LINE.replace("abc-1", "def-1")}\n`);
    expect([killed.sessions, killed.services.get("users")?.count]).toEqual([2, 2]);
    const full = await read(`${HEADER}\n{"by":"ab\n{"by":"abc-1","at":5,"dropped":12,"torn":true}\n${LINE}\n`);
    expect([full.dropped, full.services.get("users")?.count]).toEqual([12, 1]);
  });

  it("passes over kinds of lines and keys that it does not know", async () => {
    const { services } = await read(`${HEADER}\n{"by":"abc-1","weather":"fine"}\n${LINE.replace("{", '{"new":1,')}\n`);
    expect(services.get("users")?.count).toBe(1);
  });

  it.each([
    ["nothing", "", "is empty"],
    ["another file", "hello\n", "line 1 is not JSON: this is no traffic record"],
    ["JSON without a header", `${LINE}\n`, "line 1 is no header"],
    ["a later version", `${HEADER.replace(":1,", ":2,")}\n`, "line 1 says version 2; this gatewayctl reads version 1"],
    ["garbage in the middle", `${HEADER}\n${LINE}\ngarbage\n${LINE}\n`, "line 3 is not JSON"],
    ["garbage at the end", `${HEADER}\n${LINE}\ngarbage\n`, "line 3 is not JSON"],
    ["a number", `${HEADER}\n7\n${LINE}\n`, "line 2 is no JSON object"],
    ["no time", `${HEADER}\n${LINE.replace('"at":1000', '"at":"x"')}\n`, "line 2 has no number of 0 or more in at"],
    ["a negative time", `${HEADER}\n${LINE.replace('"took":2000', '"took":-2')}\n`, "in took"],
    ["no endpoint's name", `${HEADER}\n${LINE.replace('"http://a"', "{}")}\n`, "line 2 has no text in endpoint"],
    ["an unknown session", `${HEADER}\n${LINE.replace("abc-1", "xyz-1")}\n`, 'line 2 is of a session "xyz-1"'],
    ["services that are none", `${HEADER}\n{"by":"abc-1","services":{"a":7}}\n`, "line 2 has no object in services.a"],
  ])("says what is wrong with %s, and where", async (_, text, message) => {
    expect(await refused(text)).toMatch(/^GW0024 /);
    expect(await refused(text)).toContain(message);
  });

  it("gives up a line without end before it fills the memory", async () => {
    const endless = Buffer.alloc(LONGEST_LINE + 1, "x");
    expect(await refused(Buffer.concat([Buffer.from(`${HEADER}\n`), endless]))).toContain("line 2 is longer than any");
  });

  it("says which file cannot be read", async () => {
    await expect(readRecord("/nowhere/traffic.ndjson", "traffic.ndjson")).rejects.toMatchObject({
      code: "GW0024",
      message: "traffic.ndjson: ENOENT",
    });
  });

  it("meets any bytes with a record or a clear error", async () => {
    const line = fc.oneof(
      fc.json(),
      fc.constantFrom(HEADER, LINE, LINE.slice(0, 30), '{"by":"abc-1","services":{"users":{}}}'),
      fc
        .record({ service: fc.anything(), by: fc.anything(), at: fc.anything(), endpoint: fc.anything() })
        .map((each) => {
          return JSON.stringify(each) ?? "";
        }),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((part) => Buffer.concat([Buffer.from(`${HEADER}\n`), part])),
      fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from([HEADER, ...lines].join("\n"))),
      fc.uint8Array({ maxLength: 400 }).map((part) => Buffer.from(part)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        expect(await refused(input)).toMatch(/^(?:read$|GW0024 traffic\.ndjson)/);
      }),
      { numRuns: 600 },
    );
  });

  it("takes exchanges apart by what a replay may go by", async () => {
    const facts = { at: 1, took: 2, endpoint: "http://a" };
    const { services } = await recordFrom([
      HEADER,
      lineOf(facts),
      lineOf({ ...facts, status: 500 }),
      lineOf({ ...facts, status: 499 }),
      lineOf({ ...facts, status: 504, code: "GW0304" }),
      lineOf({ ...facts, status: 502, code: "GW0301" }),
      lineOf({ ...facts, endpoint: null, status: 503, code: "GW0302" }),
      lineOf({ ...facts, status: 101 }),
    ]);
    expect([...(services.get("users")?.fate.view() ?? [])]).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });
});
