import { describe, expect, it, onTestFinished } from "vitest";
import * as api from "../src/index.ts";
import { startEndpoint } from "./helpers/endpoints.ts";

describe("the public API", () => {
  it("is what the README and the types say, and nothing else", () => {
    expect(Object.keys(api).sort()).toEqual(["GatewayError", "createGateway", "defineConfig", "simulate"]);
  });

  it("defineConfig returns the config as it is", () => {
    const config = { version: 1 as const, services: { users: "http://localhost:4001" } };
    expect(api.defineConfig(config)).toBe(config);
  });

  it("createGateway runs a gateway that balances, and drains", async () => {
    const endpoints = await Promise.all(["a", "b"].map((name) => startEndpoint((_, response) => response.end(name))));
    const gateway = api.createGateway({
      version: 1,
      listeners: [{ http: 0 }],
      services: { users: endpoints.map(({ url }) => url) },
      routes: [{ match: "/", service: "users" }],
    });
    onTestFinished(() => gateway.stop());
    expect(gateway.requestsInFlight).toBe(0);
    await gateway.start();
    const url = gateway.bound[0]?.url ?? "";
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) answers.push(await (await fetch(url)).text());
    expect(answers).toEqual(["a", "b", "a", "b"]);
    expect(await gateway.drain(1_000)).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("createGateway hands its options on", async () => {
    const seen: (string | undefined)[] = [];
    const gateway = api.createGateway(
      { version: 1, listeners: [{ http: 0 }], routes: [{ name: "ping", match: "/", respond: { status: 204 } }] },
      { onFinish: ({ routeName }) => seen.push(routeName), seed: "fixed" },
    );
    onTestFinished(() => gateway.stop());
    await gateway.start();
    expect((await fetch(gateway.bound[0]?.url ?? "")).status).toBe(204);
    expect(seen).toEqual(["ping"]);
    expect(gateway.seed).toBe("fixed");
  });

  it("createGateway throws the first thing that is wrong, with its path", () => {
    const wrong = { version: 1, services: { users: ["localhost:4001"] }, rotes: [] };
    expect(() => api.createGateway(wrong as never)).toThrow(api.GatewayError);
    expect(() => api.createGateway({ version: 1, services: { users: ["localhost:4001"] } })).toThrow(
      expect.objectContaining({ code: "GW0103", message: expect.stringMatching(/^services\.users\[0\]: .*not a URL/) }),
    );
  });

  it("createGateway throws the first error, not a warning before it", () => {
    expect(() =>
      api.createGateway({
        version: 1,
        listeners: [{ http: "0.0.0.0:0" }],
        services: { users: "http://localhost:4001" },
        routes: [{ match: "/users", service: "users", rewrite: { path: "/{id}" } }],
      }),
    ).toThrow(expect.objectContaining({ code: "GW0118" }));
  });

  it("createGateway does not stop at warnings", () => {
    const routes = ["/users", "/users/"].map((match) => ({ match, service: "users" }));
    expect(() => api.createGateway({ version: 1, services: { users: "http://localhost:4001" }, routes })).not.toThrow();
  });

  it("simulate compares algorithms", async () => {
    const report = await api.simulate({ algorithms: ["round-robin", "least-conn"], requests: 1_000 });
    expect(report.results.map(({ algorithm }) => algorithm).sort()).toEqual(["least-conn", "round-robin"]);
    for (const { requests } of report.results) expect(requests).toBeGreaterThan(0);
  });
});
