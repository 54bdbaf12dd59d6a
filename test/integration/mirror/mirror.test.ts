import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { systemClock, systemWallClock } from "../../../src/shared/clock.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A service that notes what it gets. */
async function noting(status = 200) {
  const seen: Seen[] = [];
  const endpoint = await startEndpoint((request, response) => {
    let body = "";
    request.setEncoding("latin1");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      response.writeHead(status).end("ok");
    });
  });
  return { seen, url: endpoint.url };
}

async function mirroring(shadow: string, options: { route?: object; app?: string; services?: object } = {}) {
  const app = await noting();
  const metrics = createMetrics(systemClock, systemWallClock);
  const { gateway, port, finished } = await startGateway(
    {
      services: {
        app: [options.app ?? app.url],
        shadow: { endpoints: [shadow], retry: { attempts: 0 } },
        ...options.services,
      },
      routes: [{ name: "all", match: "/", service: "app", mirror: { service: "shadow" }, ...options.route }],
    },
    { counter: metrics.policyCounter, seed: 1 },
  );
  const count = (result: string): number =>
    metrics.policyCounter("gatewayctl_mirrored_requests_total", { route: "all", service: "shadow", result }).value;
  return { app: app.seen, gateway, port, finished, count };
}

describe.each(WIRES)("a mirror over %s", (wire) => {
  it("gets a copy of what the endpoint gets, marked as one", async () => {
    const shadow = await noting();
    const { app, port, gateway, count } = await mirroring(shadow.url, {
      route: {
        rewrite: { path: "/in", host: "in.test" },
        policies: { transform: { request: { headers: { set: { "x-env": "dev" } } } } },
      },
    });
    const headers = { "content-type": "text/plain", "x-request-id": "r-1", "x-gatewayctl-mirror": "no" };
    const reply = await ask(wire, port, { method: "PUT", path: "/a?b=c", body: "hello", headers });
    expect([reply.status, reply.text]).toEqual([200, "ok"]);
    await until(() => shadow.seen.length === 1 && atRest(gateway));
    const [mine] = app;
    const [copy] = shadow.seen;
    expect(copy).toMatchObject({ method: "PUT", url: "/in/a?b=c", body: "hello" });
    expect(mine).toMatchObject({ method: "PUT", url: "/in/a?b=c", body: "hello" });
    // How the body is framed is each connection's own.
    const fieldsOf = (seen: Seen | undefined) => {
      const {
        "content-length": _length,
        "transfer-encoding": _coding,
        "x-gatewayctl-mirror": mark,
        ...rest
      } = seen?.headers ?? {};
      return { mark, rest };
    };
    expect(fieldsOf(copy).rest).toEqual(fieldsOf(mine).rest);
    expect(fieldsOf(copy).rest).toMatchObject({ host: "in.test", "x-env": "dev", "x-request-id": "r-1" });
    expect([fieldsOf(mine).mark, fieldsOf(copy).mark]).toEqual(["no", "1"]);
    expect(count("sent")).toBe(1);
  });

  it("never delays or fails the request itself", async () => {
    const hanging = await startEndpoint(() => {});
    const slow = await mirroring(hanging.url);
    expect((await ask(wire, slow.port)).status).toBe(200);
    await until(() => hanging.requests.length === 1);
    const dead = await mirroring("http://127.0.0.1:1");
    expect((await ask(wire, dead.port)).status).toBe(200);
    await until(() => atRest(dead.gateway));
    expect(dead.finished.filter(({ serviceName }) => serviceName === "app")).toMatchObject([
      { status: 200, code: undefined },
    ]);
  });

  it("is told of requests whose client has left", async () => {
    const shadow = await noting();
    const hanging = await startEndpoint(() => {});
    const { port } = await mirroring(shadow.url, { app: hanging.url });
    const client = connect(port, "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => hanging.requests.length === 1);
    client.destroy();
    await until(() => shadow.seen.length === 1);
  });

  it("gets bodies of up to 64 KiB whole, and no part of longer ones", async () => {
    const shadow = await noting();
    const { app, port, gateway, count } = await mirroring(shadow.url);
    const fits = "x".repeat(64 * 1024);
    await ask(wire, port, { method: "POST", body: fits });
    await until(() => shadow.seen.length === 1);
    expect(shadow.seen[0]?.body).toBe(fits);
    await ask(wire, port, { method: "POST", body: `${fits}x` });
    await until(() => atRest(gateway) && count("too-large") === 1);
    expect(app.map(({ body }) => body.length)).toEqual([65_536, 65_537]);
    expect([shadow.seen.length, count("sent")]).toEqual([1, 1]);
  });

  it("gets as many requests as its percentage says", async () => {
    const shadow = await noting();
    const { port, count, gateway } = await mirroring(shadow.url, {
      route: { mirror: { service: "shadow", percent: "20%" } },
    });
    for (let i = 0; i < 200; i++) await ask(wire, port);
    await until(() => atRest(gateway));
    // 200 throws at 0.2: 40 on average, with a standard deviation of √(200·0.2·0.8) = 5.7; the seed is fixed.
    expect(count("sent")).toBeGreaterThan(40 - 4 * 5.7);
    expect(count("sent")).toBeLessThan(40 + 4 * 5.7);
    expect(shadow.seen).toHaveLength(count("sent"));
  });

  it("misses what comes while 100 copies are on their way", async () => {
    const hanging = await startEndpoint(() => {});
    const { port, count, gateway } = await mirroring(hanging.url);
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 12 }, () => ask(wire, port)));
    expect([count("sent"), count("crowded")]).toEqual([100, 20]);
    await gateway.stop();
  });

  it("gets no copy of what nobody got", async () => {
    const shadow = await noting();
    const { port, gateway, count } = await mirroring(shadow.url, {
      route: { service: "none" },
      services: { none: { endpoints: [{ url: "http://127.0.0.1:1", weight: 0 }] } },
    });
    expect((await ask(wire, port)).status).toBe(503);
    await until(() => atRest(gateway));
    expect([shadow.seen.length, count("sent")]).toEqual([0, 0]);
  });

  it("is beside a split, whichever way a request goes", async () => {
    const shadow = await noting();
    const other = await noting();
    const { port, app } = await mirroring(shadow.url, {
      route: { service: undefined, split: { app: 1, other: 1 } },
      services: { other: [other.url] },
    });
    for (let i = 0; i < 4; i++) await ask(wire, port);
    await until(() => shadow.seen.length === 4);
    expect([app.length, other.seen.length]).toEqual([2, 2]);
  });
});

describe("a mirror", () => {
  it("gets a chunked body as it was, its chunks taken off", async () => {
    const shadow = await noting();
    const { port, app } = await mirroring(shadow.url);
    const client = connect(port, "127.0.0.1");
    client.write("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    await until(() => client.bytesWritten > 0);
    setTimeout(() => client.write("2;x=y\r\nde\r\n0\r\n\r\n"), 20);
    await until(() => shadow.seen.length === 1);
    expect([app[0]?.body, shadow.seen[0]?.body]).toEqual(["abcde", "abcde"]);
    expect(shadow.seen[0]?.headers["transfer-encoding"]).toBeUndefined();
    client.destroy();
  });

  it("gets a body that has come whole, though the client leaves before there is an answer", async () => {
    const shadow = await noting();
    const hanging = await startEndpoint(() => {});
    const { port, count } = await mirroring(shadow.url, { app: hanging.url });
    const client = connect(port, "127.0.0.1");
    client.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nabc");
    await until(() => hanging.requests.length === 1);
    expect(shadow.seen).toHaveLength(0);
    client.write("de");
    await until(() => hanging.requests[0]?.readableLength === 5);
    client.destroy();
    await until(() => shadow.seen.length === 1);
    expect(shadow.seen[0]?.body).toBe("abcde");
    const gone = connect(port, "127.0.0.1");
    gone.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nabc");
    await until(() => hanging.requests.length === 2);
    gone.destroy();
    await until(() => count("incomplete") === 1);
    expect([shadow.seen.length, count("sent")]).toEqual([1, 1]);
  });

  it("is told by the PROXY protocol of the client's own connection, though that has ended", async () => {
    let text = "";
    const shadow = createServer((socket) => {
      socket.on("data", (part: Buffer) => {
        text += part.toString("latin1");
      });
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => shadow.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void shadow.close());
    const { port: at } = shadow.address() as AddressInfo;
    const app = await noting();
    const { gateway, port } = await startGateway({
      services: { app: [app.url], shadow: { endpoints: [`http://127.0.0.1:${at}`], proxyProtocol: "v1" } },
      routes: [{ match: "/", service: "app", mirror: { service: "shadow" } }],
    });
    const client = connect(port, "127.0.0.1");
    await once(client, "connect");
    const { localPort } = client;
    client.end("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    await until(() => text.includes("\r\n\r\n"));
    expect(text).toContain(`PROXY TCP4 127.0.0.1 127.0.0.1 ${localPort} ${port}\r\nGET / HTTP/1.1\r\n`);
    await gateway.stop();
  });

  it("is never told of a WebSocket", async () => {
    const shadow = await noting();
    const app = await startEndpoint();
    app.server.on("upgrade", (_request, socket) => {
      socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    });
    const { port, gateway, count } = await mirroring(shadow.url, { app: app.url });
    const client = connect(port, "127.0.0.1");
    let text = "";
    client.on("data", (part: Buffer) => {
      text += part.toString("latin1");
    });
    client.write(
      "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await until(() => text.startsWith("HTTP/1.1 101"));
    client.destroy();
    await until(() => atRest(gateway));
    expect([shadow.seen.length, count("sent")]).toEqual([0, 0]);
  });

  it("is counted apart from the requests of clients", async () => {
    const shadow = await noting(500);
    const purposes: (string | undefined)[] = [];
    const app = await noting();
    const { port } = await startGateway(
      {
        services: { app: [app.url], shadow: [shadow.url] },
        routes: [{ match: "/", service: "app", mirror: { service: "shadow" } }],
      },
      { onFinish: ({ internal }) => void purposes.push(internal) },
    );
    await ask("HTTP/1.1", port);
    await until(() => purposes.length === 2);
    expect(new Set(purposes)).toEqual(new Set(["mirror", undefined]));
  });
});
