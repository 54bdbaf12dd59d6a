import type { Algorithm } from "../../balancing/algorithm.ts";
import type { Config, Service } from "../../config/config.ts";
import { loadValue } from "../../config/load.ts";
import { KEY_FIELD } from "./marks.ts";
import type { Target } from "./targets.ts";

/** The service in front of synthetic endpoints. */
export const SYNTHETIC_SERVICE = "bench";

/**
 * A config of one loopback listener that leads everything to one service with this algorithm. Hashing algorithms hash
 * the field that the load carries: all requests come from one address.
 *
 * @param service the user's own: its timeouts, retries, limits and the like hold; absent for synthetic endpoints
 */
export function benchConfig(
  targets: readonly Target[],
  algorithm: Algorithm,
  options: unknown,
  service?: Service,
): Config {
  const name = service?.name ?? SYNTHETIC_SERVICE;
  const { config, diagnostics } = loadValue({
    version: 1,
    listeners: [{ http: 0 }],
    services: { [name]: { endpoints: targets.map(({ url, weight }) => ({ url, weight })) } },
    routes: [{ match: "/", service: name }],
  });
  const own = config?.services[name];
  if (config === undefined || own === undefined)
    throw new Error(`No config for the load: ${diagnostics.map(({ message }) => message).join("; ")}`);
  const key = algorithm.signals.includes("key") ? ({ from: "header", name: KEY_FIELD } as const) : undefined;
  const made: Service = {
    ...own,
    ...service,
    endpoints: own.endpoints,
    run: undefined,
    algorithm: { name: algorithm.name, key, options },
  };
  return { ...config, services: { [name]: made } };
}
