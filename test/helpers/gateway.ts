import { onTestFinished } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { loadValue } from "../../src/config/load.ts";
import type { FinishedExchange } from "../../src/exchange/finished-exchange.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/gateway/gateway.ts";

/** A raw config as it would stand in a file, `version` and a listener on a free port added, loaded. */
export function configOf(raw: Readonly<Record<string, unknown>>): Config {
  const { config, diagnostics } = loadValue({ version: 1, listeners: [{ http: 0 }], ...raw });
  if (config === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  return config;
}

/** What is kept of an exchange: the gateway uses the object again. */
export type Finished = Pick<
  FinishedExchange,
  | "method"
  | "path"
  | "status"
  | "routeName"
  | "serviceName"
  | "endpointId"
  | "attempts"
  | "code"
  | "clientIp"
  | "requestId"
>;

export interface TestGateway {
  readonly gateway: Gateway;
  /** Of the first listener, without a closing slash: "http://localhost:12345". */
  readonly url: string;
  readonly port: number;
  /** Every exchange that has finished, in order. */
  readonly finished: Finished[];
}

/** Starts a gateway for a raw config; it is stopped when the test ends. */
export async function startGateway(
  raw: Readonly<Record<string, unknown>>,
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const finished: Finished[] = [];
  const gateway = createGateway(configOf(raw), {
    ...options,
    onFinish: (exchange) => {
      const { method, path, status, routeName, serviceName, endpointId, attempts, code, clientIp, requestId } =
        exchange;
      finished.push({ method, path, status, routeName, serviceName, endpointId, attempts, code, clientIp, requestId });
      options.onFinish?.(exchange);
    },
  });
  await gateway.start();
  onTestFinished(() => gateway.stop());
  const { url, port } = gateway.bound[0] as { url: string; port: number };
  return { gateway, url, port, finished };
}

/** A config of one service `app` that everything goes to. `service` and `extra` are added to it. */
export function appConfig(
  endpoints: readonly string[],
  service: Readonly<Record<string, unknown>> = {},
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    services: { app: { endpoints, ...service } },
    routes: [{ match: "/", service: "app" }],
    ...extra,
  };
}

/** What must all be 0 when nothing is going on: what a leak would show in. */
export function inUse(gateway: Gateway): Record<string, number> {
  const counts: Record<string, number> = { requests: gateway.requestsInFlight };
  for (const service of gateway.runtime.services.values()) {
    for (const { id, candidate, attached } of service.upstream.endpoints) {
      counts[`${id} in flight`] = candidate.inFlight;
      counts[`${id} busy connections`] = attached.size - attached.idleSize;
    }
  }
  return counts;
}

/** Is nothing going on any more? */
export function atRest(gateway: Gateway): boolean {
  return Object.values(inUse(gateway)).every((count) => count === 0);
}
