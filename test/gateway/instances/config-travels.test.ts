import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";
import { createRuntime } from "../../../src/gateway/runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";

/** What `serialization: "advanced"` does to a message between processes. */
const travel = <T>(value: T): T => deserialize(serialize(value)) as T;

describe("a config on its way to a worker", () => {
  const value = {
    version: 1,
    listeners: [{ http: 8080 }, { https: 8443, tls: "auto" }],
    trustedProxies: ["10.0.0.0/8"],
    limits: { headerBytes: "8KiB", drainTimeout: "0s" },
    services: {
      users: {
        endpoints: [{ url: "http://localhost:4001", weight: 3 }, "http://${HOST_NAME}:4002"],
        algorithm: { name: "maglev", key: "header:x-user" },
        health: { path: "/healthz", expect: "200-399" },
        timeouts: { tunnel: "0s" },
      },
      own: { run: { command: "node server.js", instances: 2 } },
    },
    routes: [
      {
        match: [{ path: { regex: "^/u(?<id>[0-9]+)$" } }, { path: "/users", headers: { "x-a": "/^b$/" } }],
        service: "users",
      },
      { match: { host: "*.localhost" }, redirect: { to: "https://localhost/" } },
      { match: "/hello", respond: { status: 200, body: "hi" } },
      { match: "/own", service: "own", rewrite: { stripPrefix: true } },
    ],
  };

  it("is the same afterwards, and routes the same", () => {
    const { config, diagnostics } = loadValue(value, { HOST_NAME: "localhost" });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    if (config === undefined) throw new Error("the config is not valid");
    const arrived = travel(config);
    expect(arrived).toEqual(config);
    expect(arrived.redacted).toEqual(new Set(["services.users.endpoints[1]"]));
    const runtime = createRuntime(arrived, { clock: systemClock, seed: 1 });
    expect([...runtime.services.keys()]).toEqual(["users", "own"]);
  });
});
