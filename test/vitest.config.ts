import { defineConfig } from "vitest/config";

/** Folders whose tests leave nothing behind in their process: they share one, and what it has imported. */
const SHARING = [
  "admin",
  "balancing",
  "cli",
  "config",
  "gateway",
  "http",
  "identity",
  "integration/compose",
  "integration/endpoint-proxy-protocol",
  "integration/endpoint-tls",
  "integration/failover",
  "integration/grpc",
  "integration/http2",
  "integration/http2-endpoint",
  "integration/internal",
  "integration/mirror",
  "integration/policies",
  "integration/redis",
  "integration/resilience",
  "integration/stream",
  "integration/tls",
  "integration/towards-client",
  "integration/versions",
  "integration/wire",
  "lab",
  "policies",
  "processes",
  "routing",
  "shared",
  "stream",
  "telemetry",
  "upstream",
];

const exclude = ["**/node_modules/**", "test/bench/**"];
const sharing = SHARING.map((folder) => `test/${folder}/**/*.test.ts`);
/** Each in a process of its own: where others have run the code with shapes of their own, V8 makes it slower for good. */
const costs = "test/**/*.cost.test.ts";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    // A deadline matters only where a test fails: on a busy machine, anything may take ten times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000, interval: 10 } },
    // The machine it must run on has two cores; more workers only make timings unsteady.
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "sharing", include: sharing, exclude: [...exclude, costs], isolate: false } },
      {
        extends: true,
        test: { name: "alone", include: ["test/**/*.test.ts"], exclude: [...exclude, ...sharing, costs] },
      },
      { extends: true, test: { name: "costs", include: [costs], exclude } },
    ],
  },
});
