import { createGatewaySource } from "../../admin/gateway-source.ts";
import { gatewayGauges } from "../../gateway/gauges.ts";
import { createGateway, type GatewayOptions } from "../../gateway/gateway.ts";
import type { Config } from "../../config/config.ts";
import type { LocatedIssuer } from "../../gateway/local-issuer.ts";
import { systemClock, systemWallClock } from "../../shared/clock.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import type { Serving } from "./serving.ts";

/** Serves in this process. */
export function serveHere(
  config: Config,
  telemetry: Telemetry,
  options: GatewayOptions & { readonly localIssuer?: LocatedIssuer | undefined },
): Serving {
  const { metrics, log } = telemetry;
  const gateway = createGateway(config, {
    ...options,
    onFinish: telemetry.finish,
    onConnectionFinish: telemetry.finishConnection,
    counter: telemetry.metrics.policyCounter,
    onWarning: (message) => log.warn(message),
    onBug: (err, requestId) => log.error({ err, requestId }, "a bug in gatewayctl ended an exchange"),
  });
  metrics.setGauges(gatewayGauges(gateway));
  return {
    get bound() {
      return gateway.bound;
    },
    workers: 1,
    gateways: 1,
    failed: new Promise(() => {}),
    start: () => gateway.start(),
    setInstances: (...instances) => gateway.setInstances(...instances),
    setStarting: (...state) => gateway.setStarting(...state),
    setIssuerUrl: (url) => options.localIssuer?.setUrl(url),
    checkNow: (service) => gateway.service(service).upstream.checkNow(),
    requestsInFlight: async () => gateway.requestsInFlight,
    drain: (timeoutMs) => gateway.drain(timeoutMs),
    stop: async () => {
      const cut = gateway.requestsInFlight;
      await gateway.stop();
      return cut;
    },
    source: (routes) =>
      createGatewaySource({ gateway, metrics, routes, clock: systemClock, wallClock: systemWallClock }),
  };
}
