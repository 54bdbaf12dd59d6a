import { describe, expect, it } from "vitest";
import { connectWire, type WireResponse } from "../../helpers/wire-client.ts";
import { startSecureGateway, type SecureGateway } from "./secure-gateway.ts";

interface Redirecting extends SecureGateway {
  readonly httpPort: number;
  readonly httpsPort: number;
}

async function start(): Promise<Redirecting> {
  const secure = await startSecureGateway({
    listeners: [{ http: 0, redirect: "https" }, { https: 0 }, { https: 0 }, { http: 0 }],
    routes: [{ match: "/", respond: { status: 200, body: "served" } }],
  });
  const [http, https] = secure.gateway.bound.map(({ port }) => port) as [number, number];
  return { ...secure, httpPort: http, httpsPort: https };
}

async function ask(port: number, head: string, method = "GET"): Promise<WireResponse> {
  const client = await connectWire(port);
  client.send(head);
  return client.response(method);
}

describe("redirect: https", () => {
  it("answers 308 to the first https listener, with host, path and query kept, and looks up no route", async () => {
    const { httpPort, httpsPort, finished, gateway } = await start();
    const { status, headers, text } = await ask(
      httpPort,
      `GET /a%20b?c=d&e HTTP/1.1\r\nhost: Shop.localhost:${httpPort}\r\n\r\n`,
    );
    expect([status, text]).toEqual([308, ""]);
    expect(headers.get("location")).toBe(`https://shop.localhost:${httpsPort}/a%20b?c=d&e`);
    expect(headers.get("strict-transport-security")).toBeUndefined();
    expect(finished).toMatchObject([{ method: "GET", path: "/a%20b", status: 308, routeName: undefined, attempts: 0 }]);
    expect(gateway.requestsInFlight).toBe(0);
    expect(gateway.bound[0]).toMatchObject({ kind: "http", redirect: "https" });
  });

  it("serves by the others as ever", async () => {
    const { gateway } = await start();
    const { text } = await ask(gateway.bound[3]?.port ?? 0, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect(text).toBe("served");
  });

  it.each([
    ["an IPv6 host", "GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", "https://[::1]:PORT/"],
    ["a target that is a whole URL", "GET http://b.test/x?y HTTP/1.1\r\nhost: a\r\n\r\n", "https://b.test:PORT/x?y"],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n", "https://a:PORT/"],
    ["a body", "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello", "https://a:PORT/x"],
  ])("keeps what is asked for, with %s", async (_what, octets, location) => {
    const { httpPort, httpsPort } = await start();
    const { status, headers } = await ask(httpPort, octets);
    expect([status, headers.get("location")]).toEqual([308, location.replace("PORT", String(httpsPort))]);
  });

  it.each([
    ["no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GW0203"],
    ["an empty Host", "GET / HTTP/1.1\r\nhost:\r\n\r\n", "GW0203"],
    ["a Host that is none", "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", "GW0203"],
    ["two Hosts", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "GW0203"],
    ["a path that cannot be used", "GET /../x HTTP/1.1\r\nhost: a\r\n\r\n", "GW0204"],
  ])("refuses %s, as everywhere", async (_what, octets, code) => {
    const { httpPort, gateway } = await start();
    const { status, text } = await ask(httpPort, octets);
    expect([status, JSON.parse(text).code]).toEqual([400, code]);
    expect(gateway.requestsInFlight).toBe(0);
  });

  it("keeps the connection, and answers request after request", async () => {
    const { httpPort } = await start();
    const client = await connectWire(httpPort);
    for (const path of ["/1", "/2", "/3"]) {
      client.send(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      expect((await client.response()).headers.get("location")).toMatch(new RegExp(`^https://a:\\d+${path}$`));
    }
  });
});
