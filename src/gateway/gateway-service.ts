import type { Config, Service } from "../config/config.ts";
import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import { EndpointTls } from "../http/endpoint/endpoint-tls.ts";
import { Http1Pool } from "../http/endpoint/http1-pool.ts";
import { Http2Pool } from "../http/endpoint/http2-pool.ts";
import { ProxiedPool } from "../http/endpoint/proxied-pool.ts";
import type { UpgradeTimeouts } from "../http/exchange/forward-timeouts.ts";
import { proxyHeader } from "../shared/proxy-protocol/encode.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { createRng } from "../shared/rng.ts";
import type { BreakerPhase } from "../upstream/breaker-watch.ts";
import { createNetworkProbe } from "../upstream/health/network-probe.ts";
import type { ProbeWire } from "../upstream/health/probe-socket.ts";
import type { Health } from "../upstream/health/state.ts";
import { discoveredFrom } from "../upstream/discovered-from.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import type { EndpointSpec } from "../upstream/schema/endpoints.ts";
import { HedgeDelay } from "../upstream/hedge-delay.ts";
import { ServiceUpstream } from "../upstream/service-upstream.ts";
import type { ServiceSnapshot } from "../upstream/snapshot.ts";
import { StickySessions } from "./sticky.ts";

export interface HealthChange {
  readonly service: string;
  readonly endpoint: string;
  readonly from: Health;
  readonly to: Health;
  readonly reason: string;
}

/** What real traffic has brought about: an endpoint was put aside or is used again, a breaker has changed its phase. */
export interface ProtectionChange {
  readonly service: string;
  /** `undefined` where it is the service's breaker. */
  readonly endpoint: string | undefined;
  readonly state: "ejected" | "returned" | BreakerPhase;
  /** A sentence without its full stop: "ejected for 10 s: 5 errors in a row". */
  readonly message: string;
}

export interface ServiceEnvironment {
  readonly clock: Clock;
  readonly seed: number | string;
  /** What paths in the config are relative to; the working directory by default. */
  readonly baseDirectory?: string | undefined;
  readonly onHealthChange?: (change: HealthChange) => void;
  readonly onProtection?: (change: ProtectionChange) => void;
  /** Where the gateway runs. */
  readonly zone?: string | undefined;
  readonly onBreaker?: ((service: string, phase: BreakerPhase, reason: string) => void) | undefined;
  /** What sticky cookies are signed with. */
  readonly secret?: Uint8Array | undefined;
}

/** A service as the gateway uses it: which endpoint is next (`upstream`), and a pool of connections to each. */
export class GatewayService {
  readonly name: string;
  readonly config: Service;
  readonly clock: Clock;
  readonly upstream: ServiceUpstream<EndpointPool>;
  readonly timeouts: UpgradeTimeouts;
  /** When a second try starts, where the service wants one. */
  readonly hedge: HedgeDelay | undefined;
  /** Keeps clients with their endpoint, where the service wants that. */
  readonly sticky: StickySessions | undefined;
  /** While true, requests wait (for at most `holdMs`) instead of failing. */
  starting = false;
  readonly holdMs: Millis;
  private readonly tls: EndpointTls;

  constructor(config: Service, environment: ServiceEnvironment) {
    const { clock, seed, onHealthChange, onProtection, zone, secret, baseDirectory = "." } = environment;
    const tls = new EndpointTls(endpointTls(config), baseDirectory);
    this.tls = tls;
    this.name = config.name;
    this.clock = clock;
    this.config = config;
    this.holdMs = config.hold;
    const { timeouts } = config;
    this.timeouts = {
      request: orForEver(timeouts.request),
      idle: orForEver(timeouts.idle),
      tunnel: orForEver(timeouts.tunnel),
    };
    this.upstream = new ServiceUpstream<EndpointPool>({
      name: config.name,
      spec: config,
      endpoints: configuredEndpoints(config),
      attach: (endpoint) => this.createPool(endpoint, clock),
      probe: createNetworkProbe(probeWire(config, tls)),
      detach: (pool) => pool.close(),
      clock,
      rng: createRng(`${seed}:${config.name}`),
      onHealthChange: (endpoint: LiveEndpoint<EndpointPool>, from, to, reason) =>
        onHealthChange?.({ service: config.name, endpoint: endpoint.id, from, to, reason }),
      onEjection: (endpoint, forMs, because) => onProtection?.(ejection(config.name, endpoint.id, forMs, because)),
      onBreaker: (_, state, reason) => {
        environment.onBreaker?.(config.name, state, reason);
        onProtection?.({ service: config.name, endpoint: undefined, state, message: `breaker ${state}: ${reason}` });
      },
      zone,
    });
    const { sticky, hedge } = config;
    this.hedge = hedge ? new HedgeDelay(hedge.after, clock.now()) : undefined;
    this.sticky = sticky
      ? new StickySessions({
          service: config.name,
          cookie: sticky.cookie,
          ttl: sticky.ttl,
          secret,
          endpoints: () => this.upstream.endpoints,
        })
      : undefined;
  }

  private createPool({ host, port, protocol }: EndpointSpec, clock: Clock): EndpointPool {
    const { http2, proxyProtocol, timeouts } = this.config;
    const tls = protocol === "https" ? this.tls : undefined;
    const options = { host, port, clock, connectTimeoutMs: timeouts.connect, tls };
    if (proxyProtocol === undefined) return http2 ? new Http2Pool(options) : new Http1Pool(options);
    // A connection that only one client's can use is not worth keeping for long behind it.
    const idleTimeoutMs = PROXIED_IDLE;
    return new ProxiedPool({
      ...options,
      upgrades: !http2,
      version: VERSIONS[proxyProtocol],
      createPool: (preface) =>
        http2
          ? new Http2Pool({ ...options, preface, idleTimeoutMs })
          : new Http1Pool({ ...options, preface, idleTimeoutMs }),
    });
  }

  /**
   * Reads the files that it needs.
   * @throws GatewayError GW0122 if its endpoints' CA cannot be used
   */
  load(): void {
    try {
      void this.tls.ca;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GatewayError(error.code, `services.${this.name}.tls.ca: ${error.message}`, { cause: error });
    }
  }

  /** The instances that gatewayctl has started are the endpoints. */
  setEndpoints(endpoints: readonly EndpointSpec[]): void {
    this.upstream.update(endpoints);
  }

  /** What is known now, as plain JSON. */
  snapshot(): ServiceSnapshot {
    const discovered = discoveredFrom(this.config.endpoints);
    return { ...this.upstream.snapshot(), ...(discovered === undefined ? {} : { discovered }) };
  }

  /** Where only so many connections may be open and this pool needs another one, an idle one of another pool goes. */
  makeRoom(pool: EndpointPool): void {
    const most = this.config.limits === false ? undefined : this.config.limits.connections;
    if (most === undefined || pool.idleSize > 0) return;
    const pools = this.upstream.endpoints.map(({ attached }) => attached);
    let open = pools.reduce((sum, { size }) => sum + size, 0);
    for (const other of pools) while (open >= most && other.dropIdle()) open--;
  }

  sweep(now: Millis): void {
    this.upstream.sweep(now);
    for (const endpoint of this.upstream.endpoints) endpoint.attached.sweep(now);
  }

  destroy(): void {
    this.upstream.stop();
    for (const endpoint of this.upstream.endpoints) endpoint.attached.destroy();
  }
}

function ejection(service: string, endpoint: string, forMs: Millis, because: string): ProtectionChange {
  return forMs > 0
    ? { service, endpoint, state: "ejected", message: `ejected for ${forMs / 1000} s: ${because}` }
    : { service, endpoint, state: "returned", message: `used again after its ejection (${because})` };
}

const PROXIED_IDLE: Millis = 10_000;
const VERSIONS = { v1: 1, v2: 2 } as const;

/** As the endpoints are spoken to. Their CA is read when the first check needs it. */
function probeWire({ http2, proxyProtocol }: Service, tls: EndpointTls): ProbeWire {
  return {
    http2,
    preface: proxyProtocol && proxyHeader(VERSIONS[proxyProtocol], undefined),
    tls: {
      verify: tls.rejectUnauthorized,
      serverName: tls.servername,
      get ca() {
        return tls.ca;
      },
    },
  };
}

/** Endpoints that DNS has found are known by their addresses; what their certificate names is what was asked for. */
function endpointTls({ tls = { verify: true }, endpoints }: Service): NonNullable<Service["tls"]> {
  return endpoints?.kind === "dns" ? { serverName: endpoints.dns.replace(/\.$/, ""), ...tls } : tls;
}

/** Empty for a service whose endpoints come from elsewhere. */
export function configuredEndpoints(service: Config["services"][string]): readonly EndpointSpec[] {
  return service.endpoints?.kind === "list" ? service.endpoints.list : [];
}

/** `0s` means no limit. */
export function orForEver(ms: Millis): Millis {
  return ms === 0 ? Number.POSITIVE_INFINITY : ms;
}
