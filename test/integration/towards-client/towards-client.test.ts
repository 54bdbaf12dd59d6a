import type { OutgoingHttpHeaders } from "node:http";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** An endpoint that answers each request with the same fields, given its own origin. */
async function saying(fields: (own: string) => OutgoingHttpHeaders, status = 302) {
  const endpoint = await startEndpoint((_, response) => {
    response.writeHead(status, fields(endpoint.url)).end("body");
  });
  return endpoint;
}

const HOST = "shop.localhost:8080";
const OWN = `http://${HOST}`;

describe.each(WIRES)("responses over %s", (wire) => {
  it("name the gateway where their endpoint names itself, by default", async () => {
    const endpoint = await saying((own) => ({
      Location: `${own}/login?next=${own}/a`,
      "Content-Location": "/users/7",
      Refresh: `5; url=${own}/x`,
      "Set-Cookie": ["a=1; Path=/; HttpOnly", "b=2; Domain=127.0.0.1; Path=/users"],
      "X-Own": own,
    }));
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/api", service: "app", rewrite: { stripPrefix: true } }],
    });
    const { status, headers, text } = await ask(wire, port, { path: "/api/users/7", host: HOST });
    expect([status, text]).toEqual([302, "body"]);
    expect(headers).toMatchObject({
      location: `${OWN}/api/login?next=${endpoint.url}/a`,
      "content-location": "/api/users/7",
      refresh: `5; url=${OWN}/api/x`,
      "set-cookie": ["a=1; Path=/api; HttpOnly", "b=2; Path=/api/users"],
      "x-own": endpoint.url,
    });
  });

  it("pass untouched where they name somebody else, and where there is nothing to change", async () => {
    const fields = {
      Location: "https://accounts.test/login",
      "Set-Cookie": ["a=1; Domain=shop.localhost; Path=/", "b=2"],
    };
    const endpoint = await saying(() => fields);
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app" }],
    });
    const { headers } = await ask(wire, port, { host: HOST });
    expect(headers).toMatchObject({ location: fields.Location, "set-cookie": fields["Set-Cookie"] });
  });

  it("have the version of the path put back, which cookies of the root do without", async () => {
    const endpoint = await saying(
      () => ({ Location: "/users/8", "Set-Cookie": ["s=1; Path=/", "u=1; Path=/users"] }),
      201,
    );
    const { port } = await startGateway({
      versioning: { from: ["path"], versions: { "1": {} } },
      services: { app: [endpoint.url] },
      routes: [{ match: "/users", service: "app" }],
    });
    const { headers } = await ask(wire, port, { method: "POST", path: "/v1/users", host: HOST });
    expect(headers).toMatchObject({ location: "/v1/users/8", "set-cookie": ["s=1; Path=/", "u=1; Path=/v1/users"] });
    expect((await ask(wire, port, { path: "/users" })).headers["location"]).toBe("/users/8");
  });

  it("name the gateway where their endpoint names the host that it was sent", async () => {
    const endpoint = await saying(() => ({
      Location: "https://orders.internal/internal/8",
      "Set-Cookie": "a=1; Domain=orders.internal; Path=/internal/7",
    }));
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/orders/{id}", service: "app", rewrite: { path: "/internal/{id}", host: "orders.internal" } }],
    });
    const { headers } = await ask(wire, port, { path: "/orders/7", host: HOST });
    expect(headers).toMatchObject({ location: `${OWN}/orders/8`, "set-cookie": ["a=1; Path=/orders/7"] });
  });

  it("stay as they are where that is switched off, each for itself", async () => {
    const endpoint = await saying((own) => ({ Location: `${own}/x`, "Set-Cookie": "a=1; Path=/" }));
    const route = (name: string, rewrite: object) => ({ name, match: `/${name}`, service: "app", rewrite });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [
        route("a", { stripPrefix: true, location: false }),
        route("b", { stripPrefix: true, cookies: false }),
        route("c", { location: false, cookies: false }),
      ],
    });
    const said = async (path: string) => {
      const { headers } = await ask(wire, port, { path, host: HOST });
      return [headers["location"], headers["set-cookie"]].flat();
    };
    expect(await said("/a")).toEqual([`${endpoint.url}/x`, "a=1; Path=/a"]);
    expect(await said("/b")).toEqual([`${OWN}/b/x`, "a=1; Path=/"]);
    expect(await said("/c")).toEqual([`${endpoint.url}/x`, "a=1; Path=/"]);
    expect(endpoint.requests.map(({ url }) => url)).toEqual(["/", "/", "/c"]);
  });

  it("name what a trusted proxy says that its client has asked for", async () => {
    const endpoint = await saying((own) => ({ Location: `${own}/x` }));
    const { port } = await startGateway({
      trustedProxies: ["127.0.0.0/8"],
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app" }],
    });
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "shop.example", "x-forwarded-for": "1.2.3.4" };
    expect((await ask(wire, port, { headers })).headers["location"]).toBe("https://shop.example/x");
  });

  it("keep their body and its length", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.writeHead(201, { Location: `${endpoint.url}/x`, "Content-Length": 5 }).end("hello");
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app" }],
    });
    const { status, headers, text } = await ask(wire, port, { host: HOST });
    expect([status, headers["content-length"], headers["location"], text]).toEqual([201, "5", `${OWN}/x`, "hello"]);
  });

  it("name the gateway where they came by HTTP/2, too", async () => {
    const server = createServer();
    server.on("stream", (stream) => {
      stream.respond({ ":status": 302, location: `http://127.0.0.1:${port}/x`, "set-cookie": ["a=1; path=/", "b=1"] });
      stream.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const gateway = await startGateway({
      services: { app: { endpoints: [`http://127.0.0.1:${port}`], http2: true } },
      routes: [{ match: "/api", service: "app", rewrite: { stripPrefix: true } }],
    });
    const { headers } = await ask(wire, gateway.port, { path: "/api", host: HOST });
    expect(headers).toMatchObject({ location: `${OWN}/api/x`, "set-cookie": ["a=1; path=/api", "b=1"] });
  });
});
