import type { Config } from "../config/config.ts";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import { Admission, type ConnectionCounts } from "../http/client/admission.ts";
import type { Listener } from "../http/schema.ts";
import type { Clock } from "../shared/clock.ts";
import { createNameTable } from "../stream/server-names.ts";
import type { StreamService } from "../stream/stream-service.ts";
import { type Destination, TcpListener } from "../stream/tcp-listener.ts";
import { UdpListener } from "../stream/udp-listener.ts";
import type { GatewayService } from "./gateway-service.ts";
import { streamService } from "./stream-service.ts";

/** What listeners of layer 4 need of the gateway that they are of. */
export interface StreamSurroundings {
  readonly services: ReadonlyMap<string, GatewayService>;
  readonly isTrusted: (ip: string) => boolean;
  /** The open connections of all listeners. */
  readonly counts: ConnectionCounts;
  /** Another process of this gateway may serve the listeners for UDP: this one does so once that one is gone. */
  readonly udpWhenFree: boolean;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly makeId: () => string;
  readonly onFinish: (finished: FinishedConnection) => void;
}

/** A listener of layer 4, as the gateway starts and stops it. */
export type StreamListener = TcpListener | UdpListener;

type TcpSpec = Extract<Listener, { kind: "tcp" }>;
type UdpSpec = Extract<Listener, { kind: "udp" }>;

/** Listeners for TCP and UDP, in the order of the config. */
export function createStreamListeners(config: Config, surroundings: StreamSurroundings): StreamListener[] {
  const services = new Map<string, StreamService>();
  const find = (name: string): StreamService => {
    let service = services.get(name);
    if (service === undefined) {
      service = streamService(surroundings.services.get(name) as GatewayService);
      services.set(name, service);
    }
    return service;
  };
  return config.listeners.flatMap((listener): StreamListener[] => {
    if (listener.kind === "tcp") return [createTcp(listener, config, find, surroundings)];
    return listener.kind === "udp" ? [createUdp(listener, config, find, surroundings)] : [];
  });
}

function createUdp(
  { hosts, port, service }: UdpSpec,
  { limits }: Config,
  find: (name: string) => StreamService,
  { clock, wallClock, makeId, onFinish, udpWhenFree }: StreamSurroundings,
): UdpListener {
  const common = { hosts, port, service: find(service), clock, wallClock, makeId, onFinish };
  return new UdpListener({ ...common, sessions: limits.connections, whenFree: udpWhenFree });
}

function createTcp(
  listener: TcpSpec,
  { limits }: Config,
  find: (name: string) => StreamService,
  { isTrusted, counts, clock, wallClock, makeId, onFinish }: StreamSurroundings,
): TcpListener {
  return new TcpListener({
    hosts: listener.hosts,
    port: listener.port,
    destination: destinationOf(listener, find),
    proxyProtocol: listener.proxyProtocol,
    headerTimeout: limits.headerTimeout,
    gatekeeper: new Admission(limits, counts),
    isTrusted,
    clock,
    wallClock,
    makeId,
    onFinish,
  });
}

function destinationOf({ service, sni }: TcpSpec, find: (name: string) => StreamService): Destination {
  if (sni === undefined) return { by: "listener", service: find(service as string) };
  const names = new Map(Object.entries(sni).map(([name, target]) => [name, find(target)]));
  return { by: "server-name", find: createNameTable(names) };
}
