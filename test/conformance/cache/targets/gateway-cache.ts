import { createGateway, type Gateway } from "../../../../src/gateway/gateway.ts";
import { systemClock, systemWallClock } from "../../../../src/shared/clock.ts";
import { configOf } from "../../../helpers/gateway.ts";
import type { CacheSettings } from "../cache-case.ts";
import type { CacheTarget } from "../run-case.ts";

interface Running {
  readonly gateway: Gateway;
  /** How far its clocks are ahead, in ms. */
  ahead: number;
}

/** The gateway of this repository: one for each case, in this process, with clocks that can be moved on. */
export function createGatewayCache(): CacheTarget {
  const running = new Map<number, Running>();
  const ahead = (index: number): number => running.get(index)?.ahead ?? 0;
  const release = async (index: number): Promise<void> => {
    const it = running.get(index);
    running.delete(index);
    await it?.gateway.stop();
  };
  return {
    name: "gatewayctl",
    patienceMs: 4_000,
    endpointAddress: () => ({ port: 0, host: "127.0.0.1" }),
    async open(index, { settings = {} }, endpointPort) {
      const service = { endpoints: [`http://127.0.0.1:${endpointPort}`], retry: { attempts: 0 } };
      const gateway = createGateway(
        configOf({
          services: { all: service },
          routes: [{ match: "/", service: "all", policies: { cache: policyOf(settings) } }],
        }),
        {
          clock: { now: () => systemClock.now() + ahead(index) },
          wallClock: { now: () => systemWallClock.now() + ahead(index) },
        },
      );
      await gateway.start();
      running.set(index, { gateway, ahead: 0 });
      return { port: gateway.bound[0]?.port ?? 0, host: "127.0.0.1" };
    },
    now: (index) => systemWallClock.now() + ahead(index),
    async pass(index, seconds) {
      (running.get(index) as Running).ahead += seconds * 1000;
      return true;
    },
    release,
    close: async () => void (await Promise.all([...running.keys()].map(release))),
  };
}

function policyOf({ ttl, staleWhileRevalidate, staleIfError, vary, maxEntryBytes }: CacheSettings) {
  return {
    ...(ttl === undefined ? {} : { ttl: `${ttl}s` }),
    ...(staleWhileRevalidate === undefined ? {} : { staleWhileRevalidate: `${staleWhileRevalidate}s` }),
    ...(staleIfError === undefined ? {} : { staleIfError: `${staleIfError}s` }),
    ...(vary === undefined ? {} : { vary: [...vary] }),
    ...(maxEntryBytes === undefined ? {} : { maxEntryBytes: `${maxEntryBytes}B` }),
  };
}
