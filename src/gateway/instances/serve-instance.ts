import { type Clock, systemClock, systemWallClock } from "../../shared/clock.ts";
import { createTelemetry, type LogSink, type Telemetry } from "../../telemetry/telemetry.ts";
import { decideLive } from "../decide-live.ts";
import { gatewayGauges } from "../gauges.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { createLocalIssuer, type LocatedIssuer } from "../local-issuer.ts";
import { changeEndpoint } from "./change-endpoint.ts";
import type { Link } from "./link.ts";
import { connectPeer, type Peer } from "./peer.ts";
import type { FrontActions, InstanceActions, InstanceReport, InstanceSettings } from "./protocol.ts";
import { createTextRelay, type SendText } from "./text-relay.ts";

/** An instance that serves what a front in another process tells it to. */
export interface ServedInstance {
  /** For the last guard of the process: what is thrown where nothing catches it. */
  readonly log: Pick<Telemetry["log"], "error">;
  /** Ends in good order without being asked by the front: drains, and hands over the last figures. */
  leave(): Promise<void>;
}

/**
 * Serves over `link`: nothing runs until the front says `start`. The lines it writes go to `send`: beside the link, as
 * what is written for each request must cost less than a message does.
 */
export function serveInstance(link: Link, send: SendText): ServedInstance {
  let running: RunningInstance | undefined;
  const started = (): RunningInstance => {
    if (running === undefined) throw new Error("the instance has not been started");
    return running;
  };
  const actions: InstanceActions = {
    start: async (settings) => {
      running = new RunningInstance(settings, front, send);
      return running.start();
    },
    setInstances: ({ service, endpoints, starting }) => started().gateway.setInstances(service, endpoints, starting),
    setStarting: ({ service, starting }) => started().gateway.setStarting(service, starting),
    changeEndpoint: (change) => changeEndpoint(started().gateway, change),
    invalidate: (uris) => running?.gateway.invalidateCache(uris),
    decide: async ({ request, count }) => decideLive(started().gateway, request, count),
    purgeCache: async (purge) => (await running?.gateway.purgeCache(purge)) ?? 0,
    checkNow: (service) => started().gateway.service(service).upstream.checkNow(),
    report: () => started().report(),
    times: () => [...started().gateway.runtime.services.values()].map(({ upstream }) => upstream.times()),
    metrics: () => started().telemetry.metrics.values(),
    countMovable: (openFor) => started().gateway.countMovable(openFor),
    moveOn: ({ listener, count, openFor, restMs }) => started().gateway.moveOn(listener, count, openFor, restMs),
    retire: () => started().gateway.retire(),
    drain: (timeoutMs) => started().drain(timeoutMs),
    stop: async () => (await running?.stop()) ?? 0,
    setIssuerUrl: (url) => started().localIssuer?.setUrl(url),
    setColumns: (columns) => started().setColumns(columns),
  };
  const front: Peer<FrontActions> = connectPeer<FrontActions>(link, actions);
  return {
    log: { error: (fields: object, text?: string) => running?.telemetry.log.error(fields, text) },
    leave: async () => running?.leave(),
  };
}

class RunningInstance {
  readonly gateway: Gateway;
  readonly telemetry: Telemetry;
  readonly localIssuer: LocatedIssuer | undefined;
  private readonly front: Peer<FrontActions>;
  private readonly settings: InstanceSettings;
  private readonly sink: { -readonly [K in keyof LogSink]: LogSink[K] };

  constructor(settings: InstanceSettings, front: Peer<FrontActions>, send: SendText) {
    this.settings = settings;
    this.front = front;
    const relay = createTextRelay(send, (lines) =>
      this.telemetry.log.error(`${lines} lines were dropped, as standard output did not keep up`),
    );
    this.sink = { ...settings.screen, write: (text) => relay.write(text) };
    const clocks: { clock: Clock; wallClock: Clock } = { clock: systemClock, wallClock: systemWallClock };
    const { accessLog, record, level, names } = settings;
    this.telemetry = createTelemetry({ accessLog, record, level, names, sink: this.sink, ...clocks });
    this.localIssuer = settings.localIssuer && createLocalIssuer(settings.localIssuer);
    if (settings.known.issuerUrl !== undefined) this.localIssuer?.setUrl(settings.known.issuerUrl);
    this.gateway = this.createGateway();
  }

  private createGateway(): Gateway {
    const { telemetry, front } = this;
    const { config, name, seed, known, baseDirectory, ticketSecret, secret, sockets, udpWhenFree } = this.settings;
    const gateway = createGateway(config, {
      instance: name,
      ...(seed === undefined ? {} : { seed }),
      onFinish: telemetry.finish,
      onConnectionFinish: telemetry.finishConnection,
      counter: telemetry.metrics.policyCounter,
      onWarning: (message) => telemetry.log.warn(message),
      onBug: (err, requestId) => telemetry.log.error({ err, requestId }, "a bug in gatewayctl ended an exchange"),
      onHealthChange: (change) => front.tell("healthChanged", change),
      onProtection: (change) => front.tell("protectionChanged", change),
      onCertificates: (event) => front.tell("certificates", event),
      onInvalidated: (uris) => front.tell("invalidated", uris),
      onStateChange: (change) => front.tell("stateChanged", change),
      localIssuer: this.localIssuer,
      baseDirectory,
      ticketSecret: Buffer.from(ticketSecret),
      secret,
      sockets,
      udpWhenFree,
    });
    telemetry.metrics.setGauges(gatewayGauges(gateway));
    for (const { service, endpoints, starting } of known.instances) gateway.setInstances(service, endpoints, starting);
    for (const change of known.changes) changeEndpoint(gateway, change);
    return gateway;
  }

  async start(): Promise<Gateway["bound"]> {
    await this.gateway.start();
    return this.gateway.bound;
  }

  report(): InstanceReport {
    const { gateway, telemetry } = this;
    return {
      connections: gateway.connections,
      requestsInFlight: gateway.requestsInFlight,
      live: telemetry.metrics.liveCounts(),
      services: [...gateway.runtime.services.values()].map((service) => service.snapshot()),
    };
  }

  setColumns(columns: number): void {
    this.sink.columns = columns;
  }

  async drain(timeoutMs: number): Promise<number> {
    const cut = await this.gateway.drain(timeoutMs);
    this.telemetry.flush();
    return cut;
  }

  async stop(): Promise<number> {
    const cut = this.gateway.requestsInFlight;
    await this.gateway.stop();
    await this.telemetry.close();
    return cut;
  }

  async leave(): Promise<void> {
    await this.gateway.drain(this.settings.config.limits.drainTimeout);
    await this.telemetry.close();
    const last = { report: this.report(), metrics: this.telemetry.metrics.values() };
    await new Promise<void>((resolve) => this.front.tell("leave", last, resolve));
  }
}
