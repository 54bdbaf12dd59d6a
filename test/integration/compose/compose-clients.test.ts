import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask } from "../../helpers/wires.ts";
import { startJson } from "./services.ts";

describe("a part's body", () => {
  async function failing(write: (response: ServerResponse) => void, timeout: string): Promise<string> {
    const users = await startEndpoint((_request, response) => write(response));
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/", timeout, maxBytes: "2KiB" } } }],
    });
    const reply = await ask("HTTP/1.1", port);
    await until(() => atRest(gateway));
    return (JSON.parse(reply.text) as { detail: string }).detail;
  }

  it("is not waited for where it is announced to be too long", async () => {
    const announce = (response: ServerResponse): void =>
      void response.writeHead(200, { "content-length": "2049" }).write("[");
    expect(await failing(announce, "30s")).toContain("answered with more than 2048 bytes");
  });

  it("has to be there in time, however often a little of it comes", async () => {
    const drip = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    };
    expect(await failing(drip, "60ms")).toContain("did not answer within 60 ms");
  });
});

describe("a composition", () => {
  it("is given up with all of its parts when the client leaves", async () => {
    let open = 0;
    const users = await startEndpoint((request) => {
      open++;
      request.on("close", () => open--);
    });
    const { gateway, port, finished } = await startGateway({
      services: { users: [users.url] },
      routes: [
        {
          match: "/",
          compose: {
            a: { service: "users", path: "/" },
            b: { service: "users", path: "/" },
            c: { service: "users", path: "/{a.status}" },
          },
        },
      ],
    });
    const client = connect(port, "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => open === 2);
    client.destroy();
    await until(() => open === 0 && atRest(gateway));
    expect(users.requests).toHaveLength(2);
    expect(finished.map(({ serviceName, status }) => [serviceName, status])).toEqual([
      ["users", 499],
      ["users", 499],
      [undefined, 499],
    ]);
  });

  it.each([
    ["HTTP/1.0, without a Host", "GET / HTTP/1.0\r\n\r\n", (url: string) => url.slice("http://".length), "1.0"],
    [
      "an absolute URL",
      "GET http://shop.test/ HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n",
      () => "shop.test",
      "1.1",
    ],
    [
      "fields that Connection names",
      "GET / HTTP/1.1\r\nhost: a\r\nx-hop: 1\r\nconnection: close, x-hop\r\n\r\n",
      () => "a",
      "1.1",
    ],
  ])("takes %s", async (_what, octets, hostOf, version) => {
    const users = await startJson(({ headers }) => ({ body: { headers } }));
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/" } } }],
    });
    const client = connect(port, "127.0.0.1");
    let text = "";
    client.on("data", (part: Buffer) => {
      text += part.toString("latin1");
    });
    client.write(octets);
    await once(client, "close");
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    const { user } = JSON.parse(text.slice(text.indexOf("\r\n\r\n"))) as { user: { headers: Record<string, string> } };
    expect(user.headers["host"]).toBe(hostOf(users.url));
    expect(user.headers["via"]).toMatch(new RegExp(`^${version} `));
    expect(user.headers["x-hop"]).toBeUndefined();
  });

  it("says nothing of its parts to other machines", async () => {
    const users = await startJson({ status: 500 });
    const { port } = await startGateway({
      listeners: [{ http: "0.0.0.0:0" }],
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/{query.id}" } } }],
    });
    const failed = await ask("HTTP/1.1", port, { path: "/?id=1" });
    expect([failed.status, failed.text.includes("user ")]).toEqual([502, false]);
    expect(failed.text).not.toContain("127.0.0.1");
    expect(failed.headers["server-timing"]).toBeUndefined();
    // What the client left out, it may know.
    expect(JSON.parse((await ask("HTTP/1.1", port)).text).detail).toContain("{query.id} is missing");
  });

  it("is refused where a part leads back to it", async () => {
    const later: { url: string } = { url: "" };
    const relay = await startEndpoint((request, response) => {
      void fetch(`${later.url}${request.url}`, { headers: { via: String(request.headers["via"]) } }).then(
        async (answer) => {
          response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
          response.end(await answer.text());
        },
      );
    });
    const { port, url } = await startGateway({
      services: { loop: { endpoints: [relay.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { loop: { service: "loop", path: "/" } } }],
    });
    later.url = url;
    const reply = await ask("HTTP/1.1", port);
    expect([reply.status, JSON.parse(reply.text).detail]).toEqual([502, expect.stringContaining("answered 508")]);
    expect(relay.requests).toHaveLength(1);
  });

  it("tells on this machine how long each part took", async () => {
    const [slow, quick] = [await startJson({ after: 20 }), await startJson({})];
    const { port } = await startGateway({
      services: { slow: [slow.url], quick: [quick.url] },
      routes: [{ match: "/", compose: { a: { service: "slow", path: "/" }, b: { service: "quick", path: "/" } } }],
    });
    const { headers } = await ask("HTTP/1.1", port);
    const [, a = "", b = ""] = /^a;dur=([\d.]+), b;dur=([\d.]+)$/.exec(String(headers["server-timing"])) ?? [];
    expect(Number(a)).toBeGreaterThan(15);
    expect(Number(b)).toBeLessThan(Number(a));
  });
});
