import type { Millis } from "../shared/clock.ts";
import type { Lease, Places, Refusal, StreamService, Waiter } from "../stream/stream-service.ts";
import { type GatewayService, orForEver } from "./gateway-service.ts";

const VERSIONS = { v1: 1, v2: 2 } as const;

/**
 * A service as layer 4 sees it. The same picks, health, failover and counts as of services of requests: a connection is
 * in flight on its endpoint until it ends.
 */
export function streamService(service: GatewayService): StreamService {
  const { upstream, config } = service;
  const { timeouts, proxyProtocol } = config;
  return {
    name: service.name,
    connectTimeout: timeouts.connect,
    idleTimeout: orForEver(timeouts.tunnel),
    sessionTimeout: orForEver(timeouts.idle),
    proxyProtocol: proxyProtocol && VERSIONS[proxyProtocol],
    hold: service.holdMs,
    get starting() {
      return service.starting;
    },
    places: placesOf(service),
    acquire: (clientIp, tried) => acquire(service, clientIp, tried),
    retryDelay(attempt, tried): Millis | undefined {
      const facts = {
        attempt: attempt - 1,
        outcome: "connect-failure",
        method: "",
        bodyReplayable: true,
        connectionReused: false,
        bytesSent: 0,
        bytesReceived: 0,
        responseForwarded: false,
      } as const;
      const { retry, delayMs } = upstream.retry.decide(facts, upstream.hasOther(tried));
      return retry ? delayMs : undefined;
    },
  };
}

function placesOf({ upstream: { admission } }: GatewayService): Places | undefined {
  return (
    admission && {
      queueTimeout: admission.spec.queueTimeout,
      admit: (waiter) => admission.admit(waiter),
      // All who wait for a service of layer 4 are connections.
      leave: () => (admission.leave() as Waiter | undefined)?.enter(),
      giveUp: (waiter) => admission.giveUp(waiter),
    }
  );
}

/** All that layer 4 can hash of a client is its address. */
function acquire({ name, upstream }: GatewayService, clientIp: string, tried: readonly string[]): Lease | Refusal {
  const key = upstream.key === undefined ? undefined : clientIp;
  const endpoint = upstream.acquire(key, tried.length === 0 ? undefined : tried);
  const { breaker } = upstream;
  if (endpoint === undefined) {
    return breaker === undefined || breaker.phase === "closed"
      ? { code: "GW0302", reason: `service ${name} has no endpoint to use` }
      : { code: "GW0312", reason: `too many connections to service ${name} failed` };
  }
  const epoch = breaker?.epoch;
  const { id, spec } = endpoint;
  return {
    id,
    host: spec.host,
    port: spec.port,
    release: (outcome, connectMs, reason) => upstream.release(endpoint, outcome, connectMs, reason, undefined, epoch),
  };
}
