import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ProblemAnswer } from "../../../src/exchange/answer.ts";
import { policyExchange, type RecordedExchange } from "../support.ts";
import { createTransform, post } from "./support.ts";

const TO_XML = { from: "json", to: "xml", root: "order" };

async function send(body: unknown, options: Parameters<typeof policyExchange>[0], headers?: unknown) {
  const policy = createTransform({ request: { body, ...(headers === undefined ? {} : { headers }) } });
  const exchange = policyExchange(options);
  const answer = (await policy.onRequest?.(exchange)) as ProblemAnswer | undefined;
  return { exchange, answer, body: exchange.replaced() };
}

function fieldsOf({ requestFields }: RecordedExchange): unknown[] {
  return requestFields.made.filter(([name]) => name.startsWith("content-") && name !== "content-digest");
}

describe("bodies of requests", () => {
  it("become XML, and say so", async () => {
    const { exchange, answer, body } = await send(
      TO_XML,
      post("application/json; charset=UTF-8", '{"id":7,"lines":[{"sku":"a&b"},{"sku":"c"}]}'),
    );
    expect(answer).toBeUndefined();
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<order><id>7</id><lines><sku>a&amp;b</sku></lines><lines><sku>c</sku></lines></order>',
    );
    expect(fieldsOf(exchange)).toEqual([
      ["content-type", "application/xml; charset=utf-8"],
      ["content-encoding"],
      ["content-md5"],
    ]);
  });

  it("become JSON", async () => {
    const xml = '\ufeff<?xml version="1.0"?><order id="7"><line>1</line><line>007</line></order>';
    expect((await send({ from: "xml", to: "json" }, post("text/xml", xml))).body).toBe(
      '{"order":{"@id":7,"line":[1,"007"]}}',
    );
    expect((await send({ from: "xml", to: "json", root: "order" }, post("application/soap+xml", xml))).body).toBe(
      '{"@id":7,"line":[1,"007"]}',
    );
    expect((await send({ from: "xml", to: "json", typed: false }, post("text/xml", xml))).body).toBe(
      '{"order":{"@id":"7","line":["1","007"]}}',
    );
    const told = { from: "xml", to: "json", numbers: ["order.line"], strings: ["order.@id"], arrays: ["order"] };
    expect((await send(told, post("text/xml", xml))).body).toBe('{"order":{"@id":"7","line":[1,7]}}');
  });

  it("are mapped, and know the request", async () => {
    const map =
      '{ "id": id, "tenant": $request.headers."x-tenant", "page": $request.query.page, "by": $request.captures.user }';
    const options = post("application/json", '{"id":7,"admin":true}', {
      query: "page=1&page=2",
      captures: { user: "ann" },
      headers: [["x-tenant", "acme"]],
    });
    const { exchange, body } = await send({ map }, options);
    expect(body).toBe('{"id":7,"tenant":"acme","page":["1","2"],"by":"ann"}');
    // It was JSON, and is.
    expect(exchange.requestFields.get("content-type")).toBeUndefined();
  });

  it("are templates, filled in as the format needs it", async () => {
    const template = '<e:Envelope xmlns:e="urn:e" by="{header.x-user}"><id>{body.order.id}</id>{{x}}</e:Envelope>';
    const json = post("application/json", '{"order":{"id":"<1>&"}}', { headers: [["x-user", '"ann" <a>']] });
    expect((await send({ from: "json", to: "xml", template }, json)).body).toBe(
      '<e:Envelope xmlns:e="urn:e" by="&quot;ann&quot; &lt;a&gt;"><id>&lt;1&gt;&amp;</id>{x}</e:Envelope>',
    );
    const toJson = { from: "json", to: "json", template: '{{"id":{body.order.id},"none":{body.x},"q":{query.q}}}' };
    expect((await send(toJson, json)).body).toBe('{"id":"<1>&","none":null,"q":null}');
    const { exchange, body } = await send({ template: "order {body.id}", map: '{ "id": order.id }' }, json);
    expect([body, exchange.requestFields.get("content-type")]).toEqual(["order <1>&", "text/plain; charset=utf-8"]);
  });

  it("are what the config says that they are", async () => {
    const headers = { set: { "Content-Type": "application/soap+xml; charset=utf-8" } };
    const { exchange } = await send(TO_XML, post("application/json", "{}"), headers);
    expect(exchange.requestFields.get("content-type")).toBe("application/soap+xml; charset=utf-8");
  });

  it("that are not there stay away", async () => {
    const { exchange, answer } = await send(TO_XML, { method: "GET", headers: [["content-type", "application/json"]] });
    expect([answer, exchange.requestFields.made]).toEqual([undefined, []]);
    const empty = await send(TO_XML, post("application/json", ""));
    expect([empty.answer, empty.body, empty.exchange.requestFields.made]).toEqual([undefined, undefined, []]);
  });

  it.each([
    ["text/plain", "The request's body is text/plain; here it must be application/json."],
    ["application/xml", "The request's body is application/xml; here it must be application/json."],
    ["application/jsonp", "The request's body is application/jsonp; here it must be application/json."],
    ["", "The request's body is no media type; here it must be application/json."],
  ])("of another type are refused: %s", async (type, detail) => {
    const { answer } = await send(TO_XML, post(type, "{}"));
    expect(answer).toEqual({ kind: "problem", code: "GW0520", detail, fields: [["accept", "application/json"]] });
    const passed = await send({ ...TO_XML, others: "pass" }, post(type, "{}"));
    expect([passed.answer, passed.body]).toEqual([undefined, undefined]);
  });

  it("that do not say what they are are refused", async () => {
    const { answer } = await send(TO_XML, { method: "POST", body: "{}" });
    expect(answer?.detail).toBe("The request does not say what its body is; here it must be application/json.");
  });

  it.each([
    "application/json",
    "text/json",
    "application/vnd.api+json",
    "Application/JSON;charset=utf-8",
    "application/problem+json",
  ])("of type %s are JSON", async (type) => {
    expect((await send(TO_XML, post(type, "{}"))).answer).toBeUndefined();
  });

  it.each<[what: string, body: unknown, type: string, bytes: string | Uint8Array, code: string, detail: string]>([
    ["no JSON", TO_XML, "application/json", "{", "GW0519", "The request's body is not JSON (at character 2)."],
    [
      "no UTF-8",
      TO_XML,
      "application/json",
      Buffer.from([0x22, 0xff, 0x22]),
      "GW0519",
      "The request's body is not UTF-8.",
    ],
    [
      "no XML",
      { from: "xml", to: "json" },
      "text/xml",
      "<a>",
      "GW0519",
      "The request's body ends inside of <a> (line 1, column 4).",
    ],
    [
      "another root",
      { from: "xml", to: "json", root: "a" },
      "text/xml",
      "<b/>",
      "GW0519",
      "The request's body has the root element <b>, and <a> is expected.",
    ],
    [
      "another charset",
      TO_XML,
      "application/json; charset=iso-8859-1",
      "{}",
      "GW0520",
      "The request's body is in iso-8859-1; only UTF-8 is read.",
    ],
    [
      "another charset, said inside",
      { from: "xml", to: "json" },
      "text/xml",
      '<?xml version="1.0" encoding="latin1"?><a/>',
      "GW0520",
      "The request's body says that it is encoded in latin1; only UTF-8 is read.",
    ],
    [
      "too long",
      { ...TO_XML, maxBytes: "10B" },
      "application/json",
      '{"a":"123"}',
      "GW0521",
      "The request's body is longer than 10 bytes.",
    ],
    [
      "too long afterwards",
      { ...TO_XML, maxBytes: "60B" },
      "application/json",
      '{"a":"&&&&&&"}',
      "GW0521",
      "The request's body is longer than 60 bytes.",
    ],
    [
      "refused by the map",
      { map: "$assert(id > 0, 'id must be above 0')" },
      "application/json",
      '{"id":0}',
      "GW0519",
      "id must be above 0",
    ],
    [
      "a map that fails",
      { map: "$sum(id)" },
      "application/json",
      '{"id":"secret"}',
      "GW0523",
      "The mapping of the request's body failed (T0412 at character 5).",
    ],
    [
      "nested too deep",
      TO_XML,
      "application/json",
      "[".repeat(100),
      "GW0519",
      "The request's body is nested more than 64 deep.",
    ],
  ])("that cannot be transformed are refused: %s", async (_, body, type, bytes, code, detail) => {
    const { answer, body: replaced } = await send(body, post(type, bytes));
    expect([answer?.code, answer?.detail, replaced]).toEqual([code, detail, undefined]);
  });
});

describe("codings of requests", () => {
  const JSON_TEXT = '{"id":7}';
  const coded = (coding: string, bytes: Uint8Array, maxBytes = "1KiB") =>
    send({ ...TO_XML, maxBytes }, post("application/json", bytes, { headers: [["content-encoding", coding]] }));

  it.each<[coding: string, bytes: Uint8Array]>([
    ["gzip", gzipSync(JSON_TEXT)],
    ["x-gzip", gzipSync(JSON_TEXT)],
    ["GZIP", gzipSync(JSON_TEXT)],
    ["br", brotliCompressSync(JSON_TEXT)],
    ["deflate", deflateSync(JSON_TEXT)],
    ["deflate", deflateRawSync(JSON_TEXT)],
    ["identity", Buffer.from(JSON_TEXT)],
    ["deflate, gzip", gzipSync(deflateSync(JSON_TEXT))],
  ])("%s is undone", async (coding, bytes) => {
    const { answer, body, exchange } = await coded(coding, bytes);
    expect(answer).toBeUndefined();
    expect(body).toContain("<id>7</id>");
    expect(exchange.requestFields.made).toContainEqual(["content-encoding"]);
  });

  it.each(["zstd", "compress", "gzip, aes", "gzip, gzip, gzip", "constructor"])("%s is not", async (coding) => {
    const { answer } = await coded(coding, gzipSync(JSON_TEXT));
    expect([answer?.code, answer?.fields]).toEqual(["GW0520", [["accept-encoding", "gzip, deflate, br"]]]);
  });

  it("refuses what is not coded as it says", async () => {
    const { answer } = await coded("gzip", Buffer.from(JSON_TEXT));
    expect([answer?.code, answer?.detail]).toEqual([
      "GW0519",
      "The request's body is not coded as gzip, though it says so.",
    ]);
    expect((await coded("gzip", gzipSync(JSON_TEXT).subarray(0, -4))).answer?.code).toBe("GW0519");
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ] as const)("stops at the limit, whatever a body of %s would become", async (coding, compress) => {
    const bomb = compress(Buffer.alloc(24 * 1024 * 1024, " "));
    const before = process.memoryUsage().arrayBuffers;
    const { answer } = await coded(coding, bomb, "1MiB");
    expect([answer?.code, answer?.detail]).toEqual(["GW0521", "The request's body is longer than 1048576 bytes."]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(12 * 1024 * 1024);
  });
});

describe("explain", () => {
  const explain = (body: unknown, givenBody: string | undefined, type = "application/json") => {
    const policy = createTransform({ request: { body } });
    const exchange = policyExchange({
      method: "POST",
      headers: [["content-type", type]],
      ...(givenBody === undefined ? {} : { givenBody }),
    });
    const { verdict, reason, answer } = policy.explain(exchange);
    return { verdict, reason, code: (answer as ProblemAnswer | undefined)?.code, body: exchange.replaced() };
  };

  it("does what can be done at once", () => {
    expect(explain(TO_XML, '{"id":7}')).toEqual({
      verdict: "pass",
      reason: "body json → xml under <order>: 8 → 64 bytes",
      code: undefined,
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<order><id>7</id></order>',
    });
    expect(explain({ map: "{ 'a': id }" }, '{"id":7}').reason).toBe(
      "body json, by map, which only live traffic is put through",
    );
    expect(explain(TO_XML, undefined).reason).toBe("body json → xml under <order>: no body");
  });

  it("says what would be refused, and passed", () => {
    expect(explain(TO_XML, "{")).toMatchObject({
      verdict: "reject",
      code: "GW0519",
      reason: "its body is not JSON (at character 2)",
    });
    expect(explain({ map: "$" }, "{")).toMatchObject({ verdict: "reject", code: "GW0519" });
    expect(explain(TO_XML, "{}", "text/plain")).toMatchObject({
      verdict: "reject",
      code: "GW0520",
      reason: "text/plain is not json",
    });
    expect(explain({ ...TO_XML, others: "pass" }, "{}", "text/plain").reason).toBe(
      "body json → xml under <order>: text/plain is not json: it passes untouched",
    );
    expect(explain({ ...TO_XML, maxBytes: "1B" }, "{}")).toMatchObject({ verdict: "reject", code: "GW0521" });
  });
});
