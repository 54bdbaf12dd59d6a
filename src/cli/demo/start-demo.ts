import { freePorts } from "../../processes/free-ports.ts";
import { systemTimers, type Timers } from "../../shared/timers.ts";
import { nextFloat, type Rng } from "../../shared/rng.ts";
import { demoConfig } from "./demo-config.ts";
import { createDemoEndpoint, type DemoEndpoint } from "./endpoint.ts";
import { makeFlaky } from "./flaky.ts";
import { startTraffic } from "./traffic.ts";

export interface DemoOptions {
  readonly rng: Rng;
  readonly timers?: Timers;
  /** Told what happens to the flaky endpoint, one sentence each time. */
  log(line: string): void;
}

export interface Demo {
  /** In the vocabulary of gateway.config.yaml, without listeners: the default, or what the command line says. */
  readonly config: Record<string, unknown>;
  /** Names by endpoint URL, as in `orders-3`. */
  readonly names: ReadonlyMap<string, string>;
  /** What is worth watching, a line each. */
  readonly guide: readonly string[];
  /** Sends gentle traffic through the gateway at this URL, and begins the flaky endpoint's troubles; returns what ends both. */
  startTraffic(baseUrl: string): () => void;
  /** Ends traffic and endpoints. */
  stop(): Promise<void>;
}

/** Milliseconds an answer takes, at least and at most. */
const QUICK = [5, 25] as const;
const SLOW = [500, 900] as const;

const SIZES = { users: 3, orders: 3, inventory: 2 } as const;
type DemoService = keyof typeof SIZES;

/** users-3 is the slow one, orders-3 the flaky one. */
const SLOW_ONE = "users-3";
const FLAKY_ONE = "orders-3";

const GUIDE = [
  `${SLOW_ONE} is slow: least-conn sends it less than its share`,
  `${FLAKY_ONE} is flaky: what it fails is tried again elsewhere ("2 tries")`,
  "inventory-1 has weight 3: it gets three times as much as inventory-2",
];

/** Starts eight small HTTP servers of three services on free loopback ports, in this process. */
export async function startDemo({ rng, log, timers = systemTimers }: DemoOptions): Promise<Demo> {
  const endpoints = await openEndpoints(rng, timers);
  const urls = (service: DemoService) =>
    endpoints.filter((each) => each.name.startsWith(service)).map((each) => each.url);
  const flaky = endpoints.find((each) => each.name === FLAKY_ONE);
  const ends = new Set<() => void>();
  const [heavy = "", light = ""] = urls("inventory");
  return {
    config: demoConfig({ users: urls("users"), orders: urls("orders"), inventory: [heavy, light] }),
    names: new Map(endpoints.map((each) => [each.url, each.name])),
    guide: GUIDE,
    startTraffic(baseUrl) {
      const endTraffic = startTraffic(baseUrl, rng, timers);
      const endTroubles = flaky ? makeFlaky(flaky, { rng, timers, log }) : () => {};
      const end = () => {
        endTraffic();
        endTroubles();
        ends.delete(end);
      };
      ends.add(end);
      return end;
    },
    async stop() {
      for (const end of ends) end();
      await Promise.all(endpoints.map((each) => each.stop()));
    },
  };
}

async function openEndpoints(rng: Rng, timers: Timers): Promise<DemoEndpoint[]> {
  const names = Object.entries(SIZES).flatMap(([service, size]) =>
    Array.from({ length: size }, (_, index) => ({ service, name: `${service}-${index + 1}` })),
  );
  const ports = await freePorts(names.length, "gatewayctl demo");
  const endpoints = names.map(({ service, name }, index) => {
    const [least, most] = name === SLOW_ONE ? SLOW : QUICK;
    const latency = () => least + (most - least) * nextFloat(rng);
    return createDemoEndpoint({ service, name, port: ports[index] ?? 0, timers, latency });
  });
  await Promise.all(endpoints.map((each) => each.become("well")));
  return endpoints;
}
