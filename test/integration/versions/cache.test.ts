import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

describe.each(WIRES)("a cache of several versions over %s", (wire) => {
  it("keeps them apart, though the endpoint does not say that it looks at the header", async () => {
    const endpoint = await startEndpoint((request, response) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end(`version ${request.headers["accept-version"] ?? "by default"}`);
    });
    const { port } = await startGateway({
      versioning: {
        from: ["header:accept-version"],
        default: "1",
        versions: { "1": { deprecated: "2026-01-01" }, "2": {} },
      },
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { cache: { ttl: "1m" } } }],
    });
    const said = async (version?: string) => {
      const headers = version === undefined ? {} : { "accept-version": version };
      const reply = await ask(wire, port, { headers });
      return [reply.text, reply.headers["deprecation"], reply.headers["vary"]];
    };
    const vary = "accept-version";
    expect(await said("2")).toEqual(["version 2", undefined, vary]);
    expect(await said()).toEqual(["version by default", "@1767225600", vary]);
    expect(await said("2")).toEqual(["version 2", undefined, vary]);
    expect(await said()).toEqual(["version by default", "@1767225600", vary]);
    expect(endpoint.requests).toHaveLength(2);
  });

  it("keeps a Location as its clients have to read it", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.writeHead(301, { Location: `${endpoint.url}/new`, "Cache-Control": "max-age=60" }).end();
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/api", service: "app", rewrite: { stripPrefix: true }, policies: { cache: { ttl: "1m" } } }],
    });
    for (const host of ["a.localhost:1", "b.localhost:2", "a.localhost:1", "b.localhost:2"]) {
      const { headers } = await ask(wire, port, { path: "/api/old", host });
      expect(headers["location"]).toBe(`http://${host}/api/new`);
    }
    expect(endpoint.requests).toHaveLength(2);
  });
});
