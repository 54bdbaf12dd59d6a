import type { AdminSource, EndpointSnapshot, ServiceSnapshot } from "../../src/admin/admin-source.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An endpoint that is well, with what a test wants to be different. */
export function endpoint(id: string, changes: Partial<EndpointSnapshot> = {}): Writable<EndpointSnapshot> {
  return {
    id,
    weight: 1,
    backup: false,
    zone: null,
    health: "healthy",
    reason: null,
    sinceMs: 12_000,
    eligible: true,
    draining: false,
    inFlight: 0,
    requests: 0,
    failures: 0,
    latencyMs: null,
    lastFailure: null,
    ejected: null,
    ...changes,
  };
}

export interface FakeSource extends AdminSource {
  /** What was called to change state, in order. */
  readonly calls: string[];
  readonly list: (Omit<ServiceSnapshot, "endpoints"> & { endpoints: Writable<EndpointSnapshot>[] })[];
}

/** A gateway that only remembers. Its services may be changed between calls. */
export function createFakeSource(list: FakeSource["list"] = defaultServices()): FakeSource {
  const calls: string[] = [];
  const change = (call: string, service: string, id: string, act: (found: Writable<EndpointSnapshot>) => void) => {
    calls.push(call);
    const found = list.find((each) => each.service === service)?.endpoints.find((each) => each.id === id);
    if (found === undefined) return false;
    act(found);
    found.eligible = !found.draining && found.weight > 0;
    return true;
  };
  return {
    calls,
    list,
    status: async () => ({
      instance: "gatewayctl-test",
      listeners: ["http://localhost:8080"],
      startedAt: "2026-11-21T00:00:00.000Z",
      uptimeMs: 187_000,
      connections: 12,
      requestsInFlight: 3,
      traffic: { requests: 12_345, errors: 4, requestsPerSecond: 120.5, p50Ms: 1.2, p99Ms: 8.4 },
    }),
    services: async () => list,
    times: async () => [
      {
        service: "users",
        endpoints: [
          {
            endpoint: "http://localhost:4001",
            answers: 2,
            overMs: 900,
            meanMs: 1.5,
            times: [
              [1, 1],
              [2, 1],
            ],
          },
        ],
      },
    ],
    routes: () => [{ route: "users", action: "users", service: "users", policies: [], matches: [] }],
    metrics: () => Promise.resolve("# HELP a b\n# TYPE a gauge\na 1\n"),
    decide: async ({ request, count }) => {
      calls.push(`decide ${count} × ${request.method} ${request.url}`);
      return [];
    },
    purgeCache: async (purge) => {
      calls.push(`purge ${JSON.stringify(purge)}`);
      return 7;
    },
    changeEndpoint: async ({ service, endpoint: id, change: wanted }) => {
      if ("weight" in wanted) {
        return change(`weight ${service} ${id} ${wanted.weight}`, service, id, (found) => {
          found.weight = wanted.weight;
        });
      }
      return change(`${wanted.draining ? "drain" : "enable"} ${service} ${id}`, service, id, (found) => {
        found.draining = wanted.draining;
      });
    },
  };
}

function defaultServices(): FakeSource["list"] {
  return [
    {
      service: "users",
      algorithm: "least-conn",
      mode: "normal",
      endpoints: [
        endpoint("http://localhost:4001", { requests: 12_345, inFlight: 3, latencyMs: 3.21 }),
        endpoint("http://localhost:4002", { weight: 3, requests: 37_000, failures: 4 }),
        endpoint("http://localhost:4003", { health: "unhealthy", reason: "connection refused", eligible: false }),
      ],
    },
    { service: "orders", algorithm: "round-robin", mode: "normal", endpoints: [endpoint("http://localhost:4011")] },
  ];
}
