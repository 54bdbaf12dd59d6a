/** URLs of the demo's endpoints, by service. */
export interface DemoUrls {
  readonly users: readonly string[];
  readonly orders: readonly string[];
  readonly inventory: readonly [string, string];
}

/** The demo's configuration, in the vocabulary of gateway.config.yaml, as if it had been read from a file. */
export function demoConfig({ users, orders, inventory }: DemoUrls): Record<string, unknown> {
  return {
    version: 1,
    services: {
      // One endpoint is slow: least-conn sends it less, because its requests are still there when the next one comes.
      users: { endpoints: [...users], algorithm: "least-conn" },
      // One endpoint is flaky: retries hide its failures until the health check takes it out.
      orders: {
        endpoints: [...orders],
        algorithm: "round-robin",
        health: { path: "/healthz", interval: "1s", timeout: "500ms", rise: 1, fall: 2 },
      },
      inventory: {
        endpoints: [
          { url: inventory[0], weight: 3 },
          { url: inventory[1], weight: 1 },
        ],
        algorithm: "weighted-round-robin",
      },
    },
    routes: [
      { name: "users", match: "/users", service: "users" },
      { name: "orders", match: "/orders", service: "orders" },
      { name: "inventory", match: "/inventory", service: "inventory" },
      { name: "home", match: { path: { exact: "/" } }, service: "users" },
    ],
  };
}
