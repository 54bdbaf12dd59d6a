import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { connect } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ask, type Reply, WIRES } from "../../helpers/wires.ts";

/** An endpoint that answers when it is told to, behind a route with `cache`. */
async function world(answer: RequestListener, cache: object = {}) {
  const held: (() => void)[] = [];
  const endpoint = await startEndpoint((request: IncomingMessage, response: ServerResponse) => {
    held.push(() => answer(request, response));
  });
  const { port, gateway } = await startGateway({
    services: { app: { endpoints: [endpoint.url], retry: { attempts: 0 } } },
    routes: [{ match: "/", service: "app", policies: { cache } }],
  });
  return {
    endpoint,
    port,
    gateway,
    held,
    release: () => held.splice(0).forEach((go) => go()),
    arrived: (count: number) => until(() => endpoint.requests.length >= count, `${count} requests had not come`),
  };
}

const fresh: RequestListener = (_, response) => {
  response.writeHead(200, { "cache-control": "max-age=60" });
  response.end("whole");
};

/** Many requests over few connections of HTTP/2. */
function askManyOverHttp2(port: number, count: number, sessions: number): Promise<Reply[]> {
  const replies: Promise<Reply>[] = [];
  for (let i = 0; i < sessions; i++) {
    const session = connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.close());
    for (let j = 0; j < count / sessions; j++) {
      replies.push(
        new Promise((resolve, reject) => {
          const stream = session.request({ ":path": "/one" });
          const reply = { status: 0, headers: {}, text: "" };
          stream.setEncoding("utf8");
          stream.on("response", ({ ":status": status = 0, ...headers }) => Object.assign(reply, { status, headers }));
          stream.on("data", (part: string) => (reply.text += part));
          stream.on("end", () => resolve(reply));
          stream.on("error", reject);
        }),
      );
    }
  }
  return Promise.all(replies);
}

describe.each(WIRES)("requests that come together, over %s", (wire) => {
  it("are one to the endpoint, though there are a thousand of them", async () => {
    const { endpoint, port, gateway, release, arrived } = await world(fresh);
    const many =
      wire === "HTTP/2"
        ? askManyOverHttp2(port, 1_000, 20)
        : Promise.all(Array.from({ length: 1_000 }, () => ask(wire, port, { path: "/one" })));
    await arrived(1);
    await until(
      () => gateway.requestsInFlight === 1_000,
      () => `only ${gateway.requestsInFlight} had come`,
    );
    release();
    const replies = await many;
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(["200 whole"]));
    expect(endpoint.requests).toHaveLength(1);
    const said = replies.map(({ headers }) => headers["cache-status"]);
    expect(said.filter((each) => each === "gatewayctl; fwd=uri-miss; collapsed; ttl=60")).toHaveLength(999);
    expect(said.filter((each) => each === "gatewayctl; fwd=uri-miss; stored; ttl=60")).toHaveLength(1);
  });

  it("are not held up by a response that is of no use to others", async () => {
    const { endpoint, port, gateway, held, release, arrived } = await world((_, response) => {
      response.writeHead(200, { "cache-control": "private" });
      response.end("mine");
    });
    const many = Promise.all(Array.from({ length: 20 }, () => ask(wire, port)));
    await arrived(1);
    await until(() => gateway.requestsInFlight === 20);
    release();
    await until(() => held.length === 19);
    release();
    expect((await many).map(({ text }) => text)).toEqual(Array(20).fill("mine"));
    // Nobody waits for the next ones at all.
    const next = Promise.all(Array.from({ length: 5 }, () => ask(wire, port)));
    await until(() => held.length === 5);
    release();
    await next;
    expect(endpoint.requests).toHaveLength(25);
  });

  it("are each given what they select, and wait only for their like", async () => {
    const { endpoint, port, gateway, held, release, arrived } = await world((request, response) => {
      response.writeHead(200, { "cache-control": "max-age=60", vary: "x-a" });
      response.end(String(request.headers["x-a"]));
    });
    const values = ["1", "1", "1", "2", "2", "2", "3", "3", "3"];
    const many = Promise.all(values.map((value) => ask(wire, port, { headers: { "x-a": value } })));
    await arrived(1);
    await until(() => gateway.requestsInFlight === 9);
    release();
    await until(() => held.length === 2);
    release();
    expect((await many).map(({ text }) => text)).toEqual(values);
    expect(endpoint.requests).toHaveLength(3);
  });

  it("are all told where the endpoint cannot be reached", async () => {
    const { endpoint, port, gateway, arrived } = await world(fresh);
    const many = Promise.all(Array.from({ length: 20 }, () => ask(wire, port)));
    await arrived(1);
    await until(() => gateway.requestsInFlight === 20);
    await endpoint.kill();
    const replies = await many;
    expect(new Set(replies.map(({ status, text }) => `${status} ${JSON.parse(text).code}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(502);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("try one after the other while it answers with errors, and at once when that has gone on", async () => {
    const { endpoint, port, gateway, held, release, arrived } = await world((_, response) => {
      response.writeHead(500);
      response.end("oops");
    });
    const many = Promise.all(Array.from({ length: 20 }, () => ask(wire, port)));
    await arrived(1);
    await until(() => gateway.requestsInFlight === 20);
    for (let tries = 1; tries <= 3; tries++) {
      await arrived(tries);
      expect(held).toHaveLength(1);
      release();
    }
    await until(() => held.length === 17);
    release();
    expect((await many).map(({ status }) => status)).toEqual(Array(20).fill(500));
    expect(endpoint.requests).toHaveLength(20);
  });

  it("are all given what is stale where the endpoint fails", async () => {
    const time = { now: 0 };
    let fails = false;
    const endpoint = await startEndpoint((_, response) => {
      setTimeout(() => {
        response.writeHead(fails ? 503 : 200, { "cache-control": "max-age=1, stale-if-error=60" });
        response.end("whole");
      }, 20);
    });
    const { port } = await startGateway(
      {
        services: { app: { endpoints: [endpoint.url], retry: { attempts: 0 } } },
        routes: [{ match: "/", service: "app", policies: { cache: {} } }],
      },
      { clock: { now: () => performance.now() + time.now } },
    );
    await ask(wire, port);
    fails = true;
    time.now += 10_000;
    const replies = await Promise.all(Array.from({ length: 10 }, () => ask(wire, port)));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(endpoint.requests.length).toBeLessThanOrEqual(3);
  });
});

describe("requests that come together", () => {
  it("go on when the one that they wait for has gone", async () => {
    const { endpoint, port, gateway, held, release, arrived } = await world(fresh);
    const first = await connectWire(port);
    first.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    await arrived(1);
    const many = Promise.all(Array.from({ length: 5 }, () => ask("HTTP/1.1", port, { host: "a.test" })));
    await until(() => gateway.requestsInFlight === 6);
    first.socket.destroy();
    await arrived(2);
    await pause(20);
    expect(endpoint.requests).toHaveLength(2);
    held.shift();
    release();
    expect((await many).map(({ text }) => text)).toEqual(Array(5).fill("whole"));
    expect(endpoint.requests).toHaveLength(2);
  });

  it("leave nothing behind when they go themselves", async () => {
    const { endpoint, port, gateway, release, arrived } = await world(fresh);
    const many = await Promise.all(Array.from({ length: 5 }, () => connectWire(port)));
    for (const client of many) client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    await arrived(1);
    await until(() => gateway.requestsInFlight === 5);
    for (const client of many) client.socket.destroy();
    await until(() => gateway.requestsInFlight === 0);
    release();
    const again = ask("HTTP/1.1", port, { host: "a.test" });
    await arrived(2);
    release();
    expect((await again).headers["cache-status"]).toContain("fwd=uri-miss; stored");
    expect(endpoint.requests).toHaveLength(2);
  });
});
