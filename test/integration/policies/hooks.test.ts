import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { BodyStage, StageEnds } from "../../../src/exchange/body-stage.ts";
import type { PolicyName } from "../../../src/policies/index.ts";
import type { Policy, PolicyKind } from "../../../src/policies/policy.ts";
import { POLICIES } from "../../../src/policies/registry.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** Policies that stand in the places of real ones: ipFilter sees a request first and its response last. */
const table = POLICIES as Record<string, PolicyKind>;
const real = { ...table };

afterEach(() => {
  Object.assign(table, real);
});

function standIn(name: PolicyName, hooks: Partial<Policy>): void {
  const policy: Policy = { explain: () => ({ verdict: "pass", reason: "" }), ...hooks };
  table[name] = { ...(real[name] as PolicyKind), create: () => policy };
}

const OPTIONS = { ipFilter: { deny: ["10.0.0.1"] }, cors: { origins: ["http://a.test"] } };

async function gatewayWith(url: string, policies: Partial<typeof OPTIONS> = OPTIONS) {
  return startGateway({
    services: { app: { endpoints: [url] } },
    routes: [{ match: "/", service: "app", policies }],
  });
}

/** A stage that writes everything in upper case, in pieces of its own. */
function shouting(ends: StageEnds): BodyStage {
  const { next } = ends;
  return {
    write(bytes, start, end) {
      const loud = Buffer.from(bytes.toString("latin1", start, end).toUpperCase(), "latin1");
      return next.write(loud, 0, loud.length);
    },
    flush: () => next.flush(),
    end: () => next.end(),
    drained: () => ends.resume(),
    destroy: () => {},
  };
}

describe.each(WIRES)("hooks over %s", (wire) => {
  it("gives a policy the whole body of a request, and the endpoint what it makes of it", async () => {
    let seen: string | undefined;
    const endpoint = await startEndpoint((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => {
        text += part.toString();
      });
      request.on("end", () =>
        response.end(`${request.headers["content-length"]} ${request.headers["transfer-encoding"]} ${text}`),
      );
    });
    standIn("ipFilter", {
      async onRequest(exchange) {
        seen = Buffer.from((await exchange.body(1_000)) ?? []).toString();
        exchange.replaceBody(Buffer.from(`<${seen}>`));
        return undefined;
      },
    });
    const { gateway, port } = await gatewayWith(endpoint.url, { ipFilter: OPTIONS.ipFilter });
    const reply = await ask(wire, port, { method: "POST", body: "hello" });
    expect([reply.status, reply.text, seen]).toEqual([200, "7 undefined <hello>", "hello"]);
    const empty = await ask(wire, port, { method: "POST" });
    expect(empty.text).toBe("2 undefined <>");
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("says that a body is longer than a policy takes, and answers", async () => {
    const endpoint = await startEndpoint();
    standIn("ipFilter", {
      async onRequest(exchange) {
        const body = await exchange.body(1_000);
        return body === undefined ? { kind: "response", status: 413, fields: [], body: "too long" } : undefined;
      },
    });
    const { port } = await gatewayWith(endpoint.url, { ipFilter: OPTIONS.ipFilter });
    const reply = await ask(wire, port, { method: "POST", body: "x".repeat(1_001) });
    expect([reply.status, reply.text, endpoint.requests.length]).toEqual([413, "too long", 0]);
    expect((await ask(wire, port, { method: "POST", body: "x".repeat(1_000) })).status).toBe(200);
  });

  it("passes responses through the policies in reverse, each seeing what the one before has changed", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("x-mark", "endpoint");
      response.write("one ");
      response.end("two");
    });
    const seen: (string | undefined)[] = [];
    standIn("cors", {
      onResponse(exchange, response) {
        seen.push(`cors ${response.status} ${response.from} ${response.headers.get("x-mark")} ${response.length}`);
        exchange.responseFields.set("x-mark", "cors");
        response.pass(shouting);
        return undefined;
      },
    });
    standIn("ipFilter", {
      onResponse(_, response) {
        seen.push(`ip ${response.sent.get("x-mark")} ${response.headers.get("x-mark")} ${response.length}`);
        return undefined;
      },
    });
    const { port } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.text, reply.headers["x-mark"]]).toEqual(["ONE TWO", "cors"]);
    expect(seen).toEqual(["cors 200 endpoint endpoint undefined", "ip endpoint cors undefined"]);
  });

  it("waits for the whole body, and sends another one with its length", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.writeHead(201, { "content-type": "text/plain", "content-length": "6" });
      response.end("abcdef");
    });
    standIn("cors", {
      async onResponse(exchange, response) {
        const body = await response.body(100);
        exchange.responseFields.set("content-type", "text/x-reversed");
        response.replaceBody(Buffer.from(Buffer.from(body ?? []).reverse()).subarray(0, 3));
        return undefined;
      },
    });
    standIn("ipFilter", {
      onResponse(_, response) {
        response.pass(shouting, { keepsLength: true });
        return undefined;
      },
    });
    const { gateway, port } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([201, "FED"]);
    expect([reply.headers["content-length"], reply.headers["content-type"]]).toEqual(["3", "text/x-reversed"]);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("passes a long body on as it came behind a policy that had to be waited for", async () => {
    const long = Buffer.alloc(3_000_000, "0123456789abcdef").toString();
    const endpoint = await startEndpoint((_, response) => void response.end(long));
    standIn("cors", {
      async onResponse(_, response) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        response.pass(shouting, { keepsLength: true });
        return undefined;
      },
    });
    const { port } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect(createHash("sha256").update(reply.text).digest("hex")).toBe(
      createHash("sha256").update(long.toUpperCase()).digest("hex"),
    );
    expect(reply.headers["content-length"]).toBe("3000000");
  });

  it("puts a policy's answer in place of a response, of which nothing is left", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("x-mark", "endpoint");
      response.end("x".repeat(100_000));
    });
    standIn("cors", {
      async onResponse(exchange, response) {
        exchange.responseFields.set("x-other", "not to be seen");
        const body = await response.body(1_000);
        return body === undefined
          ? { kind: "response", status: 502, fields: [["x-why", "long"]], body: "no" }
          : undefined;
      },
    });
    let seen = "";
    standIn("ipFilter", {
      onResponse(_, response) {
        seen = `${response.from} ${response.status} ${response.headers.get("x-why")} ${response.headers.get("x-mark")}`;
        return undefined;
      },
    });
    const { gateway, port, finished } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.status, reply.text, reply.headers["x-other"], seen]).toEqual([
      502,
      "no",
      undefined,
      "gateway 502 long undefined",
    ]);
    await expect.poll(() => atRest(gateway)).toBe(true);
    expect(finished[0]?.status).toBe(502);
  });

  it("shows policies the gateway's own errors, with their code, and lets them answer otherwise", async () => {
    const endpoint = await startEndpoint();
    await endpoint.kill();
    standIn("cors", {
      onResponse(_, response) {
        return response.code === "GW0301" ? { kind: "response", status: 200, fields: [], body: "stale" } : undefined;
      },
    });
    const { port, finished } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([200, "stale"]);
    await expect.poll(() => finished.length).toBe(1);
    expect([finished[0]?.status, finished[0]?.code]).toEqual([200, undefined]);
  });

  it("does not show a policy its own answer, and shows it to those in front of it", async () => {
    const endpoint = await startEndpoint();
    const seen: string[] = [];
    standIn("cors", {
      onRequest: () => ({ kind: "response", status: 203, fields: [], body: "mine" }),
      onResponse: () => void seen.push("cors"),
    });
    standIn("ipFilter", {
      onResponse(_, response) {
        seen.push("ip");
        response.pass(shouting);
      },
    });
    const { port } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.status, reply.text, seen]).toEqual([203, "MINE", ["ip"]]);
  });

  it("tries again where the endpoint breaks off a response that nobody has seen", async () => {
    let asked = 0;
    const endpoint = await startEndpoint((_, response) => {
      response.writeHead(200, { "content-length": "10" });
      if (asked++ === 0) response.write("12345", () => response.destroy());
      else response.end("0123456789");
    });
    standIn("cors", {
      async onResponse(_, response) {
        response.replaceBody((await response.body(100)) ?? Buffer.alloc(0));
        return undefined;
      },
    });
    const { port } = await gatewayWith(endpoint.url);
    const reply = await ask(wire, port);
    expect([reply.status, reply.text, asked]).toEqual([200, "0123456789", 2]);
  });

  it("answers 500 once where a hook throws, and goes on serving", async () => {
    const endpoint = await startEndpoint();
    let faulty = true;
    standIn("cors", {
      onResponse() {
        if (faulty) throw new Error("a bug");
        return undefined;
      },
    });
    const { gateway, port } = await gatewayWith(endpoint.url);
    expect((await ask(wire, port)).status).toBe(500);
    faulty = false;
    expect((await ask(wire, port)).status).toBe(200);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });
});
