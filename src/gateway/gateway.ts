import { randomBytes } from "node:crypto";
import type { Config } from "../config/config.ts";
import { ConnectionCounts } from "../http/client/admission.ts";
import { HttpListener } from "../http/client/http-listener.ts";
import type { Purge } from "../policies/cache/store.ts";
import { createNetworkTest } from "../routing/networks.ts";
import { backgroundTimers } from "../shared/timers.ts";
import { type Clock, type Millis, systemClock, systemWallClock } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { EndpointSpec } from "../upstream/schema/endpoints.ts";
import { type BoundListener, isWeb, listenerUrl, redirectOf, type WebListener } from "./bound-listener.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { GatewayService } from "./gateway-service.ts";
import { HttpsRedirect } from "./https-redirect.ts";
import type { Marks } from "./marks.ts";
import { invalidateCache, purgeCache, tellInvalidations } from "./purge-cache.ts";
import { BreakerHints, type Breaking } from "./breaker-hints.ts";
import { SharedState } from "./shared-state.ts";
import { createState } from "./state/create-state.ts";
import type { RedisState } from "./state/redis-state.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { createStreamListeners, type StreamListener } from "./stream-listeners.ts";
import { Terminations } from "./tls.ts";

export type { BoundListener } from "./bound-listener.ts";
export type { GatewayOptions } from "./gateway-options.ts";

/** How often the coarse timer looks at every deadline. */
const SWEEP_EVERY: Millis = 200;

/** A gateway instance: listeners in front, services behind, and the config that connects them. */
export class Gateway {
  /** "gatewayctl-k3v9x2": this instance in Via. */
  readonly instance: string;
  readonly seed: number | string;
  private readonly clock: Clock;
  private readonly dispatcher: Dispatcher;
  private readonly listeners: HttpListener<Marks>[];
  private readonly listenerSpecs: readonly WebListener[];
  /** Of layer 4. */
  private readonly streams: readonly StreamListener[];
  private readonly terminations: Terminations;
  private readonly idPrefix = randomBytes(6).toString("hex");
  private idCount = 0;
  private timer: NodeJS.Timeout | undefined;
  /** What the policies of all routes share. */
  private readonly shared = new SharedState();
  /** What several gateways share; absent with `state: memory`. */
  private readonly state: RedisState | undefined;
  private readonly hints: BreakerHints | undefined;

  constructor(config: Config, options: GatewayOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.sockets = options.sockets;
    this.instance = options.instance ?? newInstanceName();
    this.seed = options.seed ?? randomBytes(4).readUInt32LE();
    const { onHealthChange, onProtection } = options;
    const wallClock = options.wallClock ?? systemWallClock;
    this.state = createState(config.state, this.clock, this.seed, options.onStateChange);
    const runtime = createRuntime(config, {
      clock: this.clock,
      seed: this.seed,
      baseDirectory: options.baseDirectory,
      wallClock,
      shared: this.shared.get,
      state: this.state,
      localIssuer: options.localIssuer,
      secret: options.secret,
      counter: options.counter,
      warn: options.onWarning,
      onBreaker: (...change) => this.hints?.tell(...change),
      ...(onHealthChange ? { onHealthChange } : {}),
      ...(onProtection ? { onProtection } : {}),
    });
    this.hints =
      this.state && new BreakerHints(this.state, breakersOf(runtime), () => this.clock.now(), backgroundTimers);
    if (options.onInvalidated !== undefined) tellInvalidations(this.shared, options.onInvalidated);
    this.dispatcher = new Dispatcher(runtime, {
      clock: this.clock,
      wallClock,
      onFinish: options.onFinish ?? (() => {}),
      onBug: options.onBug,
    });
    this.terminations = new Terminations(config, options, wallClock);
    this.listenerSpecs = config.listeners.filter(isWeb);
    const isTrusted = createNetworkTest(config.trustedProxies);
    const counts = new ConnectionCounts();
    this.listeners = this.createListeners(config, isTrusted, counts);
    this.streams = createStreamListeners(config, {
      services: runtime.services,
      isTrusted,
      counts,
      clock: this.clock,
      wallClock,
      makeId: this.makeId,
      udpWhenFree: options.udpWhenFree ?? false,
      onFinish: options.onConnectionFinish ?? (() => {}),
    });
  }

  private readonly sockets: readonly string[] | undefined;

  private readonly makeId = (): string => `${this.idPrefix}-${(this.idCount++).toString(36)}`;

  private createListeners(
    config: Config,
    isTrusted: (ip: string) => boolean,
    counts: ConnectionCounts,
  ): HttpListener<Marks>[] {
    const firstHttps = this.listenerSpecs.findIndex(({ kind }) => kind === "https");
    const redirect = new HttpsRedirect(this.dispatcher, () => this.listeners[firstHttps]?.port ?? 443);
    return this.listenerSpecs.map(
      (listener, index) =>
        new HttpListener<Marks>({
          hosts: listener.hosts,
          port: listener.port,
          socketPath: this.sockets?.[index],
          handler: redirectOf(listener) === undefined ? this.dispatcher : redirect,
          limits: config.limits,
          clock: this.clock,
          instance: this.instance,
          isTrusted,
          makeRequestId: this.makeId,
          tls: this.terminations.for(listener),
          counts,
          proxyProtocol: listener.proxyProtocol,
        }),
    );
  }

  get runtime(): Runtime {
    return this.dispatcher.runtime;
  }

  get requestsInFlight(): number {
    return this.dispatcher.inFlight;
  }

  /** Whether the store that gateways share is there; `undefined` if each keeps its own. */
  get isStateUp(): boolean | undefined {
    return this.state?.isUp;
  }

  get connections(): number {
    const all = [...this.listeners, ...this.streams];
    return all.reduce((sum, listener) => sum + listener.connectionCount, 0);
  }

  /** Of each listener, how many kept connections have been open for `ms` and could be moved on. */
  countMovable(ms: Millis): number[] {
    return this.listeners.map((listener) => listener.countMovable(ms));
  }

  /** Leaves connections of one listener to other processes on its port, as `HttpListener.moveOn`. */
  moveOn(listener: number, count: number, openFor: Millis, restMs: Millis): void {
    this.listeners[listener]?.moveOn(count, openFor, restMs);
  }

  /** Leaves its clients to others in its place: nobody is cut off, and who is connected is told to come again. */
  retire(): void {
    for (const listener of this.listeners) listener.retire();
  }

  /** Where it listens; ports are known once `start` has resolved. */
  get bound(): readonly BoundListener[] {
    const web = this.listeners.map(({ hosts, port }, index) => {
      const spec = this.listenerSpecs[index] as WebListener;
      return { kind: spec.kind, hosts, port, url: listenerUrl(spec.kind, hosts, port), ...redirectOf(spec) };
    });
    return [
      ...web,
      ...this.streams.map(({ kind, hosts, port }) => ({ kind, hosts, port, url: listenerUrl(kind, hosts, port) })),
    ];
  }

  /** Connections of layer 4, and UDP sessions, in progress. */
  get streamsInProgress(): number {
    return this.streams.reduce((sum, { active }) => sum + active, 0);
  }

  /**
   * Binds every listener and begins health checks.
   * @throws GatewayError GW0010 (port in use), GW0013 (address cannot be bound), GW0018 and GW0122 (no certificates);
   *   nothing is bound then
   */
  async start(): Promise<void> {
    try {
      for (const service of this.runtime.services.values()) service.load();
      await this.terminations.start();
      // So that the first request is counted there already; without it, things go on.
      await this.state?.start();
      for (const listener of [...this.listeners, ...this.streams]) await listener.listen();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.timer = setInterval(() => this.sweep(), SWEEP_EVERY);
    for (const service of this.runtime.services.values()) service.upstream.start();
    this.hints?.start();
  }

  /** @throws GatewayError GW0105 */
  service(name: string): GatewayService {
    const service = this.runtime.services.get(name);
    if (service === undefined) throw new GatewayError("GW0105", `There is no service ${name}.`);
    return service;
  }

  /** Processes that were started for a service are its endpoints; while `starting`, its requests wait. */
  setInstances(name: string, endpoints: readonly EndpointSpec[], starting: boolean): void {
    const service = this.service(name);
    service.setEndpoints(endpoints);
    this.setStarting(name, starting);
  }

  setStarting(name: string, starting: boolean): void {
    this.service(name).starting = starting;
    if (!starting) this.dispatcher.sweep(this.clock.now());
  }

  /** Forgets what is stored of URIs that another instance has seen changed. */
  invalidateCache(uris: readonly string[]): void {
    invalidateCache(this.shared, uris);
  }

  /** Throws away stored responses, and says how many. */
  async purgeCache(purge: Purge): Promise<number> {
    return purgeCache(this.shared, purge);
  }

  /**
   * Stops gracefully: nothing new is accepted, what is in progress may finish.
   * @returns how many exchanges were still in progress when `timeoutMs` had passed and they were cut
   */
  async drain(timeoutMs: Millis): Promise<number> {
    for (const listener of [...this.listeners, ...this.streams]) listener.drain();
    const until = this.clock.now() + timeoutMs;
    // An exchange is over when its answer is written; the client may be slower to take it.
    const left = (): number => this.requestsInFlight + this.streamsInProgress;
    const busy = (): boolean => left() > 0 || this.listeners.some(({ isSending }) => isSending);
    while (busy() && this.clock.now() < until) await pause(20);
    const cut = left();
    await this.stop();
    return cut;
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = undefined;
    this.hints?.stop();
    await Promise.all([...this.listeners, ...this.streams].map((listener) => listener.close()));
    this.dispatcher.close();
    for (const service of this.runtime.services.values()) service.destroy();
    this.runtime.close();
    this.shared.close();
    this.state?.close();
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const listener of [...this.listeners, ...this.streams]) listener.sweep(now);
    this.runtime.sweep(now);
    this.dispatcher.sweep(now);
  }
}

function breakersOf({ services }: Runtime): Breaking[] {
  return [...services.values()].flatMap(({ name, upstream: { breaker } }) => (breaker ? [{ name, breaker }] : []));
}

/** A name for Via that no other gateway has. */
export function newInstanceName(): string {
  return `gatewayctl-${randomBytes(4).toString("hex")}`;
}

/** A gateway for a config that has been loaded; nothing runs until `start`. */
export function createGateway(config: Config, options?: GatewayOptions): Gateway {
  return new Gateway(config, options);
}

function pause(ms: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
