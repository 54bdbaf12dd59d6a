import { describe, expect, it } from "vitest";
import { compress } from "../../../src/policies/compress/policy.ts";
import { compressSchema } from "../../../src/policies/compress/schema.ts";
import { type ExchangeOptions, policyDeps, policyExchange } from "../support.ts";
import { policyResponse, type ResponseOptions } from "./response.ts";

const JSON_TYPE = { "content-type": "application/json" };
const BROWSER = [["accept-encoding", "gzip, deflate, br"]] as const;

/** What the policy does to a response: its changes of fields, and whether the body is coded. */
function pass(response: ResponseOptions, request: ExchangeOptions = { headers: BROWSER }, options: object = {}) {
  const policy = compress.create(compressSchema.parse(options), policyDeps());
  const exchange = policyExchange(request);
  const seen = policyResponse({ headers: JSON_TYPE, length: 5000, ...response });
  expect(policy.onResponse?.(exchange, seen)).toBeUndefined();
  return { edits: exchange.responseFields.made, coded: seen.stages.length };
}

const VARY = ["vary", "Accept-Encoding"] as const;
const CODED = [VARY, ["content-encoding", "br"], ["accept-ranges"]];

describe("a response that is worth it", () => {
  it.each([
    ["of some length", {}],
    ["of the least length", { length: 1024 }],
    ["that is an error", { status: 500, length: 5000 }],
  ])("%s is coded as the client takes it", (_name, response) => {
    expect(pass(response)).toEqual({ edits: CODED, coded: 1 });
  });

  it("gets a weak tag for its strong one; a weak one stays", () => {
    const tag = (etag: string) => pass({ headers: { ...JSON_TYPE, etag } }).edits.filter(([name]) => name === "etag");
    expect(tag('"a"')).toEqual([["etag", 'W/"a"']]);
    expect(tag('W/"a"')).toEqual([]);
  });

  it("says once what it varies by", () => {
    for (const vary of ["*", "Origin, Accept-Encoding"]) {
      expect(pass({ headers: { ...JSON_TYPE, vary } }).edits).not.toContainEqual(VARY);
    }
    expect(pass({ headers: { ...JSON_TYPE, vary: "Origin" } }).edits).toContainEqual(VARY);
  });

  it.each([
    ["to a client that takes none", []],
    ["to one that prefers it as it is", [["accept-encoding", "gzip;q=0.1, identity"]]],
    ["to one that asks for a range", [...BROWSER, ["range", "bytes=0-9"]]],
    ["to one that wants it unchanged", [...BROWSER, ["cache-control", "no-transform"]]],
  ] as const)("%s goes out as it is, and says that others get it coded", (_name, headers) => {
    expect(pass({ length: 5000 }, { headers })).toEqual({ edits: [VARY], coded: 0 });
  });

  it("is of the types that are named, where some are", () => {
    const png = { headers: { "content-type": "image/png" } };
    expect(pass(png, undefined, { types: ["image/*"] }).coded).toBe(1);
    expect(pass({}, undefined, { types: ["image/*"] })).toEqual({ edits: [], coded: 0 });
  });

  it("is coded as the gateway prefers", () => {
    expect(pass({}, undefined, { encodings: ["gzip", "br"] }).edits).toContainEqual(["content-encoding", "gzip"]);
    expect(pass({}, undefined, { encodings: ["deflate"] }).edits).toContainEqual(["content-encoding", "deflate"]);
  });
});

describe("a response of unknown length", () => {
  const unknown = { length: undefined, headers: { ...JSON_TYPE, etag: '"a"' } };

  function begin(options: object = {}) {
    const exchange = policyExchange({ headers: BROWSER });
    const response = policyResponse(unknown);
    void compress.create(compressSchema.parse(options), policyDeps()).onResponse?.(exchange, response);
    const calls: unknown[] = [];
    const next = {
      write: (bytes: Buffer, start: number, end: number) => calls.push(bytes.toString("latin1", start, end)) > 0,
      flush: () => void calls.push("flush"),
      end: () => void calls.push("end"),
    };
    const announceLength = (octets: number): void => void calls.push(octets);
    const stage = response.stages[0]?.({ next, announceLength, resume: () => {}, fail: () => {} });
    return { stage: stage as NonNullable<typeof stage>, calls, edits: exchange.responseFields.made };
  }

  it("goes out as it is, with its length, where it came whole and is short", () => {
    const { stage, calls, edits } = begin();
    stage.write(Buffer.from("[short]"), 1, 6);
    stage.end();
    expect([calls, edits]).toEqual([[5, "short", "end"], []]);
  });

  it("is coded, with its length, where it came whole and is long enough", () => {
    const { stage, calls, edits } = begin({ minBytes: "5B" });
    stage.write(Buffer.from("[short]"), 1, 6);
    stage.end();
    expect(calls).toEqual([String(calls[1]).length, expect.any(String), "end"]);
    expect(edits).toEqual([VARY, ["etag", 'W/"a"'], ["content-encoding", "br"], ["accept-ranges"]]);
  });

  it("is coded where its beginning came without its end, as nobody knows what follows", () => {
    const { stage, edits } = begin();
    stage.write(Buffer.from("[short]"), 1, 6);
    stage.flush();
    expect(edits).toContainEqual(["content-encoding", "br"]);
    stage.destroy();
  });

  it("is coded where its head came alone, and the head goes on", () => {
    const { stage, calls, edits } = begin();
    stage.flush();
    expect(edits).toContainEqual(["content-encoding", "br"]);
    expect(calls).toEqual(["flush"]);
    stage.write(Buffer.from("[short]"), 1, 6);
    stage.end();
    expect(edits.filter(([name]) => name === "vary")).toHaveLength(1);
    expect(calls.at(-1)).toBe("end");
  });

  it("is coded whatever its length for a client that refuses it as it is", () => {
    const headers = [["accept-encoding", "br, identity;q=0"]] as const;
    expect(pass(unknown, { headers }).edits).toContainEqual(["content-encoding", "br"]);
  });
});

describe("types", () => {
  it.each([["text/*"], ["*/*"], ["application/x-own+json"]])("take %s", (type) => {
    expect(compressSchema.parse({ types: [type] }).types).toEqual([type]);
  });

  it.each([["text"], ["text/"], ["*/html"], ["text/html; charset=utf-8"], ["text/*x"], [" text/html"]])(
    "refuse %j",
    (type) => {
      expect(compressSchema.safeParse({ types: [type] }).success).toBe(false);
    },
  );
});

describe("a response that is not worth it", () => {
  it.each([
    ["known to be small", { length: 1023 }],
    ["of another type", { headers: { "content-type": "image/png" } }],
    ["coded already", { headers: { ...JSON_TYPE, "content-encoding": "gzip" } }],
  ])("%s passes untouched", (_name, response) => {
    expect(pass(response)).toEqual({ edits: [], coded: 0 });
  });

  it("is coded all the same if it is small and the client refuses it as it is", () => {
    const headers = [["accept-encoding", "br, identity;q=0"]] as const;
    expect(pass({ length: 10 }, { headers })).toEqual({ edits: CODED, coded: 1 });
  });
});

describe("a response to HEAD", () => {
  const head = { method: "HEAD", headers: BROWSER };

  it("shows what GET would", () => {
    const long = { hasBody: false, length: 0, headers: { ...JSON_TYPE, etag: '"a"', "content-length": "5000" } };
    const edits = [VARY, ["etag", 'W/"a"'], ["content-encoding", "br"], ["accept-ranges"], ["content-length"]];
    expect(pass(long, head)).toEqual({ edits, coded: 0 });
    const short = { hasBody: false, length: 0, headers: { ...JSON_TYPE, "content-length": "10" } };
    expect(pass(short, head)).toEqual({ edits: [], coded: 0 });
  });

  it("leaves open what it cannot know", () => {
    const open = { hasBody: false, length: 0, headers: { ...JSON_TYPE, etag: '"a"' } };
    expect(pass(open, head)).toEqual({ edits: [VARY, ["etag", 'W/"a"']], coded: 0 });
  });
});

describe("a 304", () => {
  const notModified = { status: 304, hasBody: false, headers: { etag: '"a"' } };
  const asking = (tag: string) => ({ headers: [...BROWSER, ["if-none-match", tag]] as const });

  it("names the weak tag to the client that has it", () => {
    expect(pass(notModified, asking('W/"a"'))).toEqual({ edits: [VARY, ["etag", 'W/"a"']], coded: 0 });
  });

  it("names the strong one to a client that has that", () => {
    expect(pass(notModified, asking('"a"'))).toEqual({ edits: [VARY], coded: 0 });
  });
});

describe("what is explained", () => {
  const explain = (accept: string | undefined, options: object = {}) =>
    compress
      .create(compressSchema.parse(options), policyDeps())
      .explain(policyExchange({ headers: accept === undefined ? [] : [["accept-encoding", accept]] }));

  it.each([
    ["gzip", {}, "the client takes gzip: responses of 1024 B or more go out so, if their type is worth it"],
    ["identity", {}, "the client takes none of br, gzip: responses go out as they are"],
    [undefined, {}, "no Accept-Encoding: responses go out as they are"],
  ])("for Accept-Encoding: %s", (accept, options, reason) => {
    expect(explain(accept, options)).toEqual({ verdict: "pass", reason });
  });
});
