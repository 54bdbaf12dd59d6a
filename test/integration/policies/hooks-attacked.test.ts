import { afterEach, describe, expect, it } from "vitest";
import type { BodyStage, StageEnds } from "../../../src/exchange/body-stage.ts";
import type { PolicyName } from "../../../src/policies/index.ts";
import type { Policy, PolicyKind } from "../../../src/policies/policy.ts";
import { POLICIES } from "../../../src/policies/registry.ts";
import { until } from "../../helpers/eventually.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** What clients can do to a response that is held back while policies look at it. */
const table = POLICIES as Record<string, PolicyKind>;
const real = { ...table };

afterEach(() => {
  Object.assign(table, real);
});

function standIn(name: PolicyName, hooks: Partial<Policy>): void {
  const policy: Policy = { explain: () => ({ verdict: "pass", reason: "" }), ...hooks };
  table[name] = { ...(real[name] as PolicyKind), create: () => policy };
}

const POLICY = { cors: { origins: ["http://a.test"] } };

/** A stage that changes nothing. */
function plain({ next, resume }: StageEnds): BodyStage {
  return {
    write: (bytes, start, end) => next.write(bytes, start, end),
    flush: () => next.flush(),
    end: () => next.end(),
    drained: resume,
    destroy: () => {},
  };
}

describe("a response that is held back", () => {
  it.each(WIRES)("is counted with its status where it passes a stage, over %s", async (wire) => {
    standIn("cors", {
      onResponse(_, response) {
        response.pass(plain);
        return undefined;
      },
    });
    const { port, finished } = await startGateway({
      routes: [{ match: "/", respond: { status: 203, body: "mine" }, policies: POLICY }],
    });
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([203, "mine"]);
    await expect.poll(() => finished.map(({ status }) => status)).toEqual([203]);
  });

  it("has no body for HEAD, whatever a policy puts in its place", async () => {
    const endpoint = await startEndpoint((_, response) => response.end("0123456789"));
    standIn("cors", {
      onResponse(_, response) {
        response.pass((ends) => ({
          ...plain(ends),
          end() {
            ends.next.write(Buffer.from("tail"), 0, 4);
            ends.next.end();
          },
        }));
      },
    });
    const { port } = await startGateway({
      services: { app: { endpoints: [endpoint.url] } },
      routes: [{ match: "/", service: "app", policies: POLICY }],
    });
    const client = await connectWire(port);
    client.send("HEAD / HTTP/1.1\r\nhost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response("HEAD")).status).toBe(200);
    expect((await client.response("HEAD")).status).toBe(200);
    expect(client.received().length).toBe(0);
  });

  it("is asked for once where the rest of the request is refused, however much of it comes", async () => {
    let asked = 0;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const endpoint = await startEndpoint(() => {});
    standIn("cors", {
      async onResponse(exchange) {
        asked++;
        exchange.responseFields.append("x-seen", String(asked));
        await held;
        return undefined;
      },
    });
    const { gateway, port } = await startGateway({
      services: { app: { endpoints: [endpoint.url] } },
      routes: [{ match: "/", service: "app", policies: POLICY }],
    });
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
    await until(() => endpoint.requests.length === 1, "no request came");
    for (let part = 0; part < 3; part++) {
      client.send("zz\r\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(asked).toBe(1);
    release();
    const response = await client.response();
    expect([response.status, response.headers.get("x-seen")]).toEqual([400, "1"]);
    expect(client.received().length).toBe(0);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("is cut where the client breaks its request after the first octets", async () => {
    let goOn = (): void => {};
    standIn("cors", {
      onResponse(_, response) {
        response.pass((ends) => ({
          ...plain(ends),
          write(bytes, start) {
            ends.next.write(bytes, start, start + 3);
            ends.next.flush();
            goOn = () => {
              ends.next.write(bytes, start + 3, start + 6);
              ends.next.end();
            };
            return true;
          },
          end: () => {},
        }));
      },
    });
    const { gateway, port } = await startGateway({
      routes: [{ match: "/", respond: { status: 200, body: "123456" }, policies: POLICY }],
    });
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
    await until(() => client.received().includes("123"), "nothing came");
    client.send("zz\r\n");
    await until(
      () => client.ended || client.closed,
      () => `the connection stayed: ${client.received()}`,
    );
    goOn();
    expect(
      client
        .received()
        .toString("latin1")
        .match(/HTTP\/1\.1/g),
    ).toHaveLength(1);
    expect(client.received().includes("0\r\n\r\n")).toBe(false);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });
});
