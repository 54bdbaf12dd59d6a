import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ProblemAnswer } from "../../../src/exchange/answer.ts";
import { type ExchangeOptions, policyExchange } from "../support.ts";
import { createTransform, response, type ResponseOptions } from "./support.ts";

const TO_JSON = { from: "xml", to: "json" };
const XML = "<order><id>7</id><price>2</price><price>3.5</price></order>";

async function receive(body: unknown, options: ResponseOptions, asked: ExchangeOptions = {}) {
  const policy = createTransform({ response: { body } });
  const exchange = policyExchange(asked);
  const answer = response({ type: "application/xml", body: XML, ...options });
  const verdict = (await policy.onResponse?.(exchange, answer)) as ProblemAnswer | undefined;
  return { verdict, exchange, answer, body: answer.replaced() };
}

describe("bodies of responses", () => {
  it("become JSON, and nothing that was said of the octets before is said of these", async () => {
    const headers = [
      ["etag", '"abc"'],
      ["accept-ranges", "bytes"],
      ["digest", "sha-256=x"],
    ] as const;
    const { verdict, exchange, body } = await receive(TO_JSON, { headers });
    expect(verdict).toBeUndefined();
    expect(body).toBe('{"order":{"id":7,"price":[2,3.5]}}');
    expect(exchange.responseFields.made).toEqual([
      ["content-type", "application/json"],
      ["content-encoding"],
      ["content-md5"],
      ["digest"],
      ["content-digest"],
      ["repr-digest"],
      ["accept-ranges"],
      ["etag", 'W/"abc"'],
    ]);
  });

  it("are mapped, and know request and response", async () => {
    const map =
      '{ "total": $sum(order.price), "status": $response.status, "etag": $response.headers.etag, "q": $request.query.q }';
    const { body } = await receive(
      { ...TO_JSON, map },
      { status: 201, headers: [["etag", 'W/"x"']] },
      { query: "q=1" },
    );
    expect(body).toBe('{"total":5.5,"status":201,"etag":"W/\\"x\\"","q":"1"}');
  });

  it("are decoded first", async () => {
    const { body } = await receive(TO_JSON, { body: gzipSync(XML), headers: [["content-encoding", "gzip"]] });
    expect(body).toBe('{"order":{"id":7,"price":[2,3.5]}}');
  });

  it("of errors are converted, and mapped only if that is wanted", async () => {
    const body = { ...TO_JSON, map: '{ "mapped": order.id }' };
    expect((await receive(body, { status: 404 })).body).toBe('{"order":{"id":7,"price":[2,3.5]}}');
    expect((await receive({ ...body, mapErrors: true }, { status: 404 })).body).toBe('{"mapped":7}');
    const untouched = await receive(
      { map: '{ "mapped": id }' },
      { status: 404, type: "application/json", body: '{"id":7}' },
    );
    expect([untouched.body, untouched.answer.asked(), untouched.exchange.responseFields.made]).toEqual([
      undefined,
      0,
      [],
    ]);
  });

  it("of other types pass untouched, or are refused if that is wanted", async () => {
    const { verdict, answer, exchange } = await receive(TO_JSON, { type: "text/html" });
    expect([verdict, answer.asked(), exchange.responseFields.made]).toEqual([undefined, 0, []]);
    const refused = await receive({ ...TO_JSON, others: "refuse" }, { type: "text/html" });
    expect(refused.verdict).toMatchObject({
      code: "GW0522",
      detail: "The response cannot be transformed: its media type is text/html, not xml.",
    });
  });

  it.each<[what: string, options: ResponseOptions, why: string]>([
    ["not well-formed", { body: "<a>" }, "its body ends inside of <a> (line 1, column 4)"],
    ["with a DTD", { body: "<!DOCTYPE a><a/>" }, "its body has a DOCTYPE, which is never read (line 1, column 1)"],
    ["in another charset", { type: "text/xml; charset=latin1" }, "its charset is latin1, not UTF-8"],
    [
      "coded as nobody can tell",
      { headers: [["content-encoding", "zstd"]] },
      "its body is coded as zstd; gzip, deflate, br can be decoded",
    ],
    ["parts of a whole", { status: 206 }, "it is a part of a whole (206)"],
    ["too long", { body: `<a>${"x".repeat(100)}</a>` }, "its body is longer than 100 bytes"],
    [
      "too long when decoded",
      { body: gzipSync(`<a>${"x".repeat(100)}</a>`), headers: [["content-encoding", "gzip"]] },
      "its body is longer than 100 bytes",
    ],
  ])("that cannot be transformed are refused: %s", async (_, options, why) => {
    const { verdict, body } = await receive({ ...TO_JSON, maxBytes: "100B" }, options);
    expect(verdict).toEqual({
      kind: "problem",
      code: "GW0522",
      detail: `The response cannot be transformed: ${why}.`,
      inDevelopment: true,
    });
    expect(body).toBeUndefined();
  });

  it("whose map fails are refused, without a word of what is in them", async () => {
    const { verdict } = await receive({ ...TO_JSON, map: "$number(order.id & 'secret')" }, {});
    expect(verdict?.detail).toBe(
      "The response cannot be transformed: the mapping of its body failed (D3030 at character 8).",
    );
  });

  it("have heads that HEAD gets, too, without a length that would be another", async () => {
    const { answer, exchange } = await receive(
      TO_JSON,
      { body: "", headers: [["content-length", "59"]] },
      { method: "HEAD" },
    );
    expect(answer.asked()).toBe(0);
    expect(exchange.responseFields.made).toContainEqual(["content-type", "application/json"]);
    expect(exchange.responseFields.made).toContainEqual(["content-length"]);
  });

  it("that were not modified keep the tag that they were given", async () => {
    const { exchange } = await receive(TO_JSON, { status: 304, body: "", headers: [["etag", '"abc"']] });
    expect(exchange.responseFields.made).toEqual([["etag", 'W/"abc"']]);
  });

  it("are the gateway's own errors: those stay", async () => {
    const { answer, exchange } = await receive(TO_JSON, {
      status: 502,
      code: "GW0303",
      type: "application/problem+xml",
    });
    expect([answer.asked(), exchange.responseFields.made]).toEqual([0, []]);
  });
});

describe("requests whose response is transformed", () => {
  const ask = (
    body: unknown,
    headers: unknown = {},
    sent: ExchangeOptions["headers"] = [["accept", "application/json"]],
  ) => {
    const policy = createTransform({ request: { headers }, response: { body } });
    const exchange = policyExchange({ headers: sent });
    void policy.onRequest?.(exchange);
    return exchange.requestFields.made;
  };

  it("ask for the whole, in the format that is read, not coded", () => {
    expect(ask(TO_JSON)).toEqual([
      ["range"],
      ["if-range"],
      ["accept-encoding", "identity"],
      ["accept", "application/xml, text/xml;q=0.9, */*;q=0.1"],
    ]);
    expect(ask({ map: "$" })).toEqual([["range"], ["if-range"], ["accept-encoding", "identity"]]);
    expect(ask(TO_JSON, {}, [])).toEqual([["range"], ["if-range"], ["accept-encoding", "identity"]]);
  });

  it("ask for what the config says, if it says something", () => {
    expect(ask(TO_JSON, { set: { accept: "text/x" } }).at(-1)).toEqual(["accept", "text/x"]);
  });
});
