import type { Config } from "../../config/config.ts";
import { Admission, ConnectionCounts } from "../../http/client/admission.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import { createRng } from "../../shared/rng.ts";
import type { Lease, Refusal, StreamService } from "../../stream/stream-service.ts";
import { TcpListener } from "../../stream/tcp-listener.ts";
import { createNetworkTest } from "../../routing/networks.ts";
import type { Probe } from "../../upstream/health/probe.ts";
import { serviceSchema } from "../../upstream/schema.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import { ServiceUpstream } from "../../upstream/service-upstream.ts";
import type { WebListener } from "../bound-listener.ts";

/** A gateway instance, as the front reaches it. */
export interface FrontedInstance {
  /** "gateway 1". */
  readonly name: string;
  /** A Unix socket for each listener, in their order. */
  readonly sockets: readonly string[];
  /** Resolves when it answers: a process may be there and hang. */
  ask(withinMs: Millis): Promise<unknown>;
}

export interface FrontOptions {
  readonly config: Config;
  /** Those that are for HTTP: the instances have a socket for each. */
  readonly listeners: readonly WebListener[];
  readonly algorithm: string;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly seed: string;
  /** Told of an instance that does not answer, or does again. */
  onHealth(instance: string, healthy: boolean, reason: string): void;
}

/** How long a connection waits while no instance serves: for the first one, or for one in the place of the last. */
const HOLD: Millis = 10_000;
const CHECK = { interval: "1s", timeout: "1s", fall: 1, rise: 1, tcp: true };

/**
 * The load balancer in front of several gateway instances: accepts connections on the listeners' ports, and gives each to
 * an instance whole, its octets untouched, behind a PROXY protocol header that says who the client is. TLS is the
 * instances' own.
 */
export class Front {
  private readonly options: FrontOptions;
  private readonly instances = new Map<string, FrontedInstance>();
  private readonly upstream: ServiceUpstream<undefined>;
  readonly listeners: readonly TcpListener[];

  constructor(options: FrontOptions) {
    const { config, algorithm, clock, wallClock, seed, onHealth } = options;
    this.options = options;
    const spec = serviceSchema.parse({ endpoints: ["tcp://localhost:1"], algorithm, health: CHECK });
    this.upstream = new ServiceUpstream({
      name: "gateways",
      spec,
      endpoints: [],
      attach: () => undefined,
      detach: () => {},
      clock,
      rng: createRng(`${seed}:gateways`),
      probe: this.probe,
      onHealthChange: ({ id }, from, to, reason) => {
        if (to === "unhealthy" || from === "unhealthy") onHealth(id, to !== "unhealthy", reason);
      },
    });
    const isTrusted = createNetworkTest(config.trustedProxies);
    const counts = new ConnectionCounts();
    const surroundings = { headerTimeout: config.limits.headerTimeout, isTrusted, clock, wallClock };
    this.listeners = options.listeners.map(
      ({ hosts, port, proxyProtocol }, index) =>
        new TcpListener({
          ...surroundings,
          hosts,
          port,
          proxyProtocol,
          destination: { by: "listener", service: this.serviceOf(index) },
          gatekeeper: new Admission(config.limits, counts),
          makeId: () => "",
          // The instances tell of their requests themselves.
          onFinish: () => {},
        }),
    );
  }

  /** @throws GatewayError GW0010 (port in use), GW0013 (address cannot be bound) */
  async listen(): Promise<void> {
    for (const listener of this.listeners) await listener.listen();
    this.upstream.start();
  }

  /** From now on it gets connections. One of the same name is replaced: what that has goes on. */
  join(instance: FrontedInstance): void {
    this.instances.set(instance.name, instance);
    // As if it had just come: what was known of another process is not true of this one.
    this.upstream.update(this.specs().filter(({ id }) => id !== instance.name));
    this.upstream.update(this.specs());
  }

  /** It gets no more connections. */
  leave(name: string): void {
    this.instances.delete(name);
    this.upstream.update(this.specs());
  }

  /** How many connections each instance has. */
  connections(): ReadonlyMap<string, number> {
    return new Map(this.upstream.endpoints.map(({ id, candidate }) => [id, candidate.inFlight]));
  }

  private specs(): EndpointSpec[] {
    return [...this.instances.keys()].map((id) => ({
      id,
      protocol: "tcp",
      host: "localhost",
      port: 1,
      weight: 1,
      backup: false,
    }));
  }

  private readonly probe: Probe = ({ id }, { timeout }, report) => {
    let over = false;
    const tell = (passed: boolean, reason: string): void => {
      if (!over) report({ passed, reason });
    };
    const instance = this.instances.get(id);
    const answered = instance === undefined ? Promise.reject(new Error("it is gone")) : instance.ask(timeout);
    answered.then(
      () => tell(true, "answers"),
      () => tell(false, "does not answer"),
    );
    return () => {
      over = true;
    };
  };

  private serviceOf(index: number): StreamService {
    const nobodyYet = (): boolean => this.instances.size === 0;
    return {
      name: "gateways",
      connectTimeout: 2_000,
      // An instance ends what is silent for too long.
      idleTimeout: Number.POSITIVE_INFINITY,
      sessionTimeout: Number.POSITIVE_INFINITY,
      proxyProtocol: 2,
      get starting() {
        return nobodyYet();
      },
      hold: HOLD,
      acquire: (clientIp, tried) => this.acquire(index, clientIp, tried),
      retryDelay: (attempt, tried) => (attempt <= this.instances.size && this.upstream.hasOther(tried) ? 0 : undefined),
    };
  }

  private acquire(index: number, clientIp: string, tried: readonly string[]): Lease | Refusal {
    const key = this.upstream.key === undefined ? undefined : clientIp;
    const endpoint = this.upstream.acquire(key, tried.length === 0 ? undefined : tried);
    if (endpoint === undefined) return { code: "GW0302", reason: "no gateway instance serves" };
    const { id } = endpoint;
    const path = this.instances.get(id)?.sockets[index];
    return {
      id,
      host: "",
      port: 0,
      path,
      release: (outcome, connectMs, reason) => this.upstream.release(endpoint, outcome, connectMs, reason),
    };
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    for (const listener of this.listeners) listener.sweep(now);
    this.upstream.sweep(now);
  }

  /** Accepts nobody any more; those who are connected may end. */
  drain(): void {
    for (const listener of this.listeners) listener.drain();
  }

  async close(): Promise<void> {
    this.upstream.stop();
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }
}
