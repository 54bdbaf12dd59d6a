import { describe, expect, it } from "vitest";
import { SUBJECTS } from "./cases/index.ts";
import { differences } from "./differences.ts";
import { judge } from "./judge.ts";
import type { Probe } from "./probe.ts";
import { runAll } from "./run-all.ts";
import type { Seen } from "./run-probe.ts";
import { createNoGatewayTarget } from "./targets/no-gateway-target.ts";

const PROBE: Probe = { name: "a", rfc: "0", word: "MUST", client: [], outcomes: [] };
const RESPONSE = {
  line: "HTTP/1.1 200 OK",
  status: 200,
  fields: [["x-a", "1"] as const, ["x-a", "2"] as const],
  interim: [],
  body: "ok",
  trailers: [],
  framing: "length" as const,
  whole: true,
};
const SEEN: Seen = {
  responses: [RESPONSE],
  requests: [{ line: "GET /a HTTP/1.1", fields: [["host", "a"]], body: "", trailers: [] }],
  clientReceived: "HTTP/1.1 200 OK",
  endpointReceived: "GET /a HTTP/1.1",
  endpointConnections: 1,
  connection: "open",
};

describe("judge", () => {
  it.each<[string, Probe["outcomes"][number], string | undefined]>([
    ["a status", { client: [{ status: 200 }] }, undefined],
    ["another status", { client: [{ status: [201, 204] }] }, "answered 200"],
    ["a response too few", { client: [{ status: 200 }, { status: 200 }] }, "answered 200"],
    ["a response too many", { client: [] }, "answered 200"],
    ["a body", { client: [{ status: 200, body: "no" }] }, 'body "ok"'],
    ["lines that together say it", { client: [{ status: 200, fields: { "x-a": "1, 2" } }] }, undefined],
    ["lines, exactly", { client: [{ status: 200, fields: { "x-a": ["1, 2"] } }] }, 'x-a: "1" and "2"'],
    ["no such field", { client: [{ status: 200, fields: { "x-a": undefined } }] }, 'x-a: "1" and "2"'],
    ["a pattern of a field that is missing", { client: [{ status: 200, fields: { via: /^/ } }] }, "via: missing"],
    ["a response cut short", { client: [{ status: 200, cut: true }] }, "seen as whole"],
    ["1xx", { client: [{ status: 200, interim: [100] }] }, "1xx: none"],
    ["a request line", { endpoint: [{ line: "GET /b HTTP/1.1" }] }, 'endpoint: "GET /a HTTP/1.1"'],
    ["nothing for the endpoint", { endpoint: [] }, 'the endpoint read "GET /a HTTP/1.1"'],
    ["octets that must not come", { endpointNever: "/a" }, 'the endpoint got "/a"'],
    ["octets that must not come back", { clientNever: "200" }, 'the client got "200"'],
    ["a closed connection", { connection: "closed" }, "connection open"],
    ["connections", { endpointConnections: 2 }, "1 connections to the endpoint"],
  ])("of %s", (_, outcome, complaint) => {
    const complaints = complaint === undefined ? [] : [complaint];
    expect(judge({ ...PROBE, outcomes: [outcome] }, SEEN)).toEqual({ held: complaint === undefined, complaints });
  });

  it("is content with any one of the outcomes", () => {
    const outcomes = [{ client: [{ status: 400 }], endpoint: [] }, { client: [{ status: 200 }] }];
    expect(judge({ ...PROBE, outcomes }, SEEN).held).toBe(true);
  });
});

describe("the probes", () => {
  it("see what is broken where there is no gateway", async () => {
    const names = [
      "request: the endpoint is told of the gateway in Via",
      "request: a field that Connection names is removed",
      "response body: in chunks, to a client of HTTP/1.0",
      "bad response: half a head",
      "two Host fields",
      "no 1xx is sent to a client of HTTP/1.0",
      "a request behind close is not served",
      "request body: a length that is no number",
      "the target goes on as it came: a query",
      "pipelined requests are answered in order",
    ];
    const probes = SUBJECTS.flatMap(([, all]) => all).filter(({ name }) => names.includes(name));
    const verdicts = await runAll(probes, createNoGatewayTarget(), 10);
    const held = probes.filter((_each, i) => verdicts[i]?.held).map(({ name }) => name);
    expect(probes).toHaveLength(names.length);
    expect(held).toEqual(["the target goes on as it came: a query", "pipelined requests are answered in order"]);
  });
});

describe("differences", () => {
  it("shows what not every target holds, and what happened there", () => {
    const held = { held: true, complaints: [] };
    const broken = { held: false, complaints: ["answered 200", "connection open"] };
    const notRun = { held: undefined, complaints: [] };
    const probes = ["a", "b", "c"].map((name) => ({ ...PROBE, name }));
    expect(
      differences(probes, [
        { name: "ours", verdicts: [held, held, held] },
        { name: "theirs", verdicts: [held, broken, notRun] },
      ]),
    ).toBe(
      "RFC     probe  ours  theirs                            \n" +
        "0 MUST  b      held  NOT: answered 200; connection open\n" +
        "ours: 3 of 3 held · theirs: 1 of 2 held",
    );
  });
});
