import { request as overHttp1 } from "node:http";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { connectHttp2 } from "../../conformance/http2/raw-client.ts";
import { GET, headers, PREFACE, settings } from "../../conformance/http2/frames.ts";
import { connectClient, send } from "./client.ts";

describe("the streams of one connection", () => {
  it("are balanced each by itself", async () => {
    const names = ["a", "b", "c"];
    const endpoints = await Promise.all(names.map((name) => startEndpoint((_request, response) => response.end(name))));
    const { port } = await startGateway(appConfig(endpoints.map(({ url }) => url)));
    const client = await connectClient(port);
    const answers: string[] = [];
    for (let i = 0; i < 30; i++) answers.push((await send(client, {})).text);
    for (const name of names) expect(answers.filter((text) => text === name)).toHaveLength(10);
  });

  it("are answered in whatever order the endpoints answer", async () => {
    const waiting = new Map<string, () => void>();
    const endpoint = await startEndpoint((request, response) => {
      const path = request.url as string;
      waiting.set(path, () => void response.end(path));
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectClient(port);
    const order: string[] = [];
    const paths = Array.from({ length: 100 }, (_, i) => `/${i}`);
    const all = paths.map((path) =>
      send(client, { ":path": path }).then(({ text }) => {
        order.push(text);
        return text;
      }),
    );
    await until(() => waiting.size === 100, "not all came at once");
    // Backwards, each only when the one before has been seen.
    for (const path of paths.toReversed()) {
      waiting.get(path)?.();
      await until(() => order.at(-1) === path);
    }
    expect(await Promise.all(all)).toEqual(paths);
    await until(() => atRest(gateway));
  });

  it("fail each by itself: one endpoint's death is nothing to the others", async () => {
    const [dying, living] = [
      await startEndpoint(() => {}),
      await startEndpoint((_request, response) => response.end("alive")),
    ];
    const { port } = await startGateway({
      services: { dying: { endpoints: [dying.url] }, living: { endpoints: [living.url] } },
      routes: [
        { match: "/dying", service: "dying" },
        { match: "/", service: "living" },
      ],
    });
    const client = await connectClient(port);
    const doomed = Array.from({ length: 10 }, () => send(client, { ":path": "/dying", ":method": "POST" }));
    await until(() => dying.requests.length === 10);
    await dying.kill();
    const statuses = (await Promise.all(doomed)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([502]));
    expect((await send(client, {})).text).toBe("alive");
  });

  it("are tried again where that is safe", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("here"));
    const { port, finished } = await startGateway(appConfig(["http://127.0.0.1:1", endpoint.url]));
    const client = await connectClient(port);
    for (let i = 0; i < 4; i++) expect((await send(client, { ":method": "POST" }, ["body"])).text).toBe("here");
    expect(finished.some(({ attempts }) => attempts === 2)).toBe(true);
  });
});

describe("HTTP/2 by prior knowledge", () => {
  it("is told from HTTP/1.1 by the first octets, split anywhere", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("x"));
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const octets = Buffer.concat([PREFACE, settings([1, 0]), headers(1, GET)]);
    for (let at = 1; at < PREFACE.length + 12; at++) {
      const client = await connectHttp2(port, { silent: true });
      client.send(octets.subarray(0, at));
      // By the time that another connection has been answered, the first part has been read.
      await new Promise((resolve, reject) => {
        overHttp1({ port, host: "127.0.0.1" }, (response) => response.resume().once("end", resolve))
          .once("error", reject)
          .end();
      });
      client.send(octets.subarray(at));
      expect([at, await client.ending(1)]).toEqual([at, "200"]);
      client.socket.destroy();
    }
    await until(() => atRest(gateway));
  });

  it("octet by octet", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("x"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port, { silent: true });
    for (const octet of Buffer.concat([PREFACE, settings([1, 0]), headers(1, GET)])) {
      client.send(Buffer.from([octet]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.ending(1)).toBe("200");
  });

  it.each([
    ["a preface that is none", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", 505],
    ["a method that begins like it", "PRIX / HTTP/1.1\r\nhost: a\r\n\r\n", 200],
    ["a method that is its beginning", "P / HTTP/1.1\r\nhost: a\r\n\r\n", 200],
    ["an empty line before it", "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  ])("is not mistaken: %s", async (_, octets, status) => {
    const endpoint = await startEndpoint((_request, response) => response.end("x"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const wire = await connectWire(port);
    // Node's own server knows no such methods, and says so.
    wire.send(octets);
    const answer = await wire.response();
    expect(answer.status === status || answer.status === 400).toBe(true);
    expect(answer.head.startsWith("HTTP/1.1")).toBe(true);
  });

  it("is not taken up behind a request of HTTP/1.1", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("x"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    for (const together of [true, false]) {
      const wire = await connectWire(port);
      const first = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
      wire.send(together ? first + PREFACE.toString() : first);
      expect((await wire.response()).status).toBe(200);
      if (!together) wire.send(PREFACE);
      expect((await wire.response()).status).toBe(505);
    }
  });

  it("waits for the rest of a preface no longer than for a head", async () => {
    const { port, gateway } = await startGateway(
      appConfig(["http://127.0.0.1:1"], {}, { limits: { headerTimeout: "50ms" } }),
    );
    const wire = await connectWire(port);
    wire.send(PREFACE.subarray(0, 20));
    expect((await wire.response()).status).toBe(408);
    await until(() => gateway.connections === 0);
  });

  it("is not entered by Upgrade: the request is one of HTTP/1.1", async () => {
    const endpoint = await startEndpoint((request, response) => response.end(JSON.stringify(request.headers)));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const wire = await connectWire(port);
    wire.send(
      "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n",
    );
    const answer = await wire.response();
    expect(answer.status).toBe(200);
    const seen = JSON.parse(answer.text) as Record<string, string>;
    expect([seen["upgrade"], seen["http2-settings"]]).toEqual([undefined, undefined]);
  });
});
