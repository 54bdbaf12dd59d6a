import { tmpdir } from "node:os";
import { createGroupSource } from "../../../admin/group-source.ts";
import type { Config } from "../../../config/config.ts";
import {
  type BoundListener,
  isWeb,
  listenerUrl,
  redirectOf,
  type WebListener,
} from "../../../gateway/bound-listener.ts";
import { createGateway, type Gateway, newInstanceName } from "../../../gateway/gateway.ts";
import { Front } from "../../../gateway/instances/front.ts";
import { type GroupMember, InstanceGroup } from "../../../gateway/instances/instance-group.ts";
import { GatewayError } from "../../../shared/errors/gateway-error.ts";
import { type Millis, systemClock, systemWallClock } from "../../../shared/clock.ts";
import type { CommandContext } from "../../context.ts";
import type { Serving } from "../serving.ts";
import { createTeam, settingsMaker, type TeamOptions } from "../workers/team-settings.ts";
import type { WorkerTeam } from "../workers/worker-team.ts";
import { removeAbandonedSockets } from "./abandoned-sockets.ts";
import { createSocketFolder, SOCKET_FOLDER } from "./socket-folder.ts";

/** How often counts are read of the instances: what one counted after that is lost if it is killed. */
const READ_EVERY: Millis = 2_000;
const SWEEP_EVERY: Millis = 200;

export interface FrontedOptions extends TeamOptions {
  /** How the front spreads connections. */
  readonly algorithm: string;
}

const nameOf = ({ number }: Pick<GroupMember, "number">): string => `gateway ${number}`;

/**
 * Serves by several gateway instances, each a process of its own, and a load balancer in front of them in this one.
 * Listeners of layer 4 are this process's own: what they carry is balanced once.
 */
export function serveBehindFront(ctx: CommandContext, options: FrontedOptions): Serving {
  const fronted = new FrontedGateways(ctx, options);
  const { group, team } = fronted;
  const instance = newInstanceName();
  const clocks = { clock: systemClock, wallClock: systemWallClock };
  return {
    get bound() {
      return fronted.bound;
    },
    workers: 1,
    gateways: options.workers,
    failed: team.failed,
    start: () => fronted.start(),
    setInstances: (service, endpoints, starting) => {
      group.setInstances({ service, endpoints, starting });
      fronted.streams?.setInstances(service, endpoints, starting);
    },
    setStarting: (service, starting) => {
      group.setStarting({ service, starting });
      fronted.streams?.setStarting(service, starting);
    },
    setIssuerUrl: (url) => group.setIssuerUrl(url),
    checkNow: (service) => group.checkNow(service),
    requestsInFlight: () => group.requestsInFlight(),
    drain: (timeoutMs) => fronted.drain(timeoutMs),
    reload: (config) => fronted.reload(config),
    stop: () => fronted.stop(),
    source: (routes) =>
      createGroupSource({
        group,
        instance,
        servedBy: "gateways",
        listeners: () => fronted.bound.map(({ url }) => url),
        metrics: options.telemetry.metrics,
        routes,
        ...clocks,
      }),
  };
}

class FrontedGateways {
  readonly group: InstanceGroup;
  readonly team: WorkerTeam;
  /** For listeners of layer 4, if there are any. */
  readonly streams: Gateway | undefined;
  private readonly web: readonly WebListener[];
  private readonly front: Front;
  private readonly folder = createSocketFolder();
  private readonly timers: NodeJS.Timeout[] = [];
  /** As it was loaded. */
  private given: Config;
  /** With the ports that the front has bound, and without layer 4. */
  private config: Config;
  private ended: Promise<number> | undefined;
  /** The last reload that was asked for: one waits for the other. */
  private reloading: Promise<void> = Promise.resolve();

  constructor(ctx: CommandContext, options: FrontedOptions) {
    const { config, happenings, telemetry, algorithm, seed } = options;
    const settingsOf = settingsMaker(ctx, options, newInstanceName());
    this.config = this.given = config;
    this.web = config.listeners.filter(isWeb);
    this.group = new InstanceGroup(happenings);
    this.front = new Front({
      config,
      listeners: this.web,
      algorithm,
      clock: systemClock,
      wallClock: systemWallClock,
      seed: seed ?? newInstanceName(),
      onHealth: (name, healthy, reason) => {
        if (healthy) telemetry.log.info({ gateway: name }, `up again: ${reason}`);
        else telemetry.log.warn({ gateway: name }, `gets no connections: ${reason}`);
      },
    });
    this.streams = this.web.length < config.listeners.length ? this.createStreams(options) : undefined;
    this.team = createTeam(ctx, options, this.group, {
      noun: "gateway",
      settings: (number) => ({
        ...settingsOf(this.config, number),
        name: newInstanceName(),
        sockets: this.folder.next(number, this.web.length),
      }),
      onServing: (member, { sockets = [] }) =>
        this.front.join({
          name: nameOf(member),
          sockets,
          ask: (withinMs) => member.peer.call("report", undefined, withinMs),
        }),
      onGone: (member) => this.front.leave(nameOf(member)),
      onReplaced: ({ peer }) => {
        for (const name of Object.keys(config.services)) peer.call("checkNow", name).catch(() => {});
      },
    });
  }

  private createStreams({ config, happenings, baseDirectory, seed }: FrontedOptions): Gateway {
    const listeners = config.listeners.filter((listener) => !isWeb(listener));
    return createGateway(
      { ...config, listeners },
      {
        ...(seed === undefined ? {} : { seed }),
        ...happenings,
        baseDirectory,
      },
    );
  }

  get bound(): readonly BoundListener[] {
    const web = this.front.listeners.map(({ hosts, port }, index) => {
      const spec = this.web[index] as WebListener;
      return { kind: spec.kind, hosts, port, url: listenerUrl(spec.kind, hosts, port), ...redirectOf(spec) };
    });
    return [...web, ...(this.streams?.bound ?? [])];
  }

  /** The ports first: what keeps them from being bound is then said before any process is started. */
  async start(): Promise<void> {
    await this.front.listen();
    void removeAbandonedSockets(tmpdir(), SOCKET_FOLDER, systemWallClock.now());
    this.timers.push(setInterval(() => this.front.sweep(systemClock.now()), SWEEP_EVERY));
    const ports = this.front.listeners.map(({ port }) => port);
    let next = 0;
    const listeners = this.config.listeners.map((listener) =>
      isWeb(listener) ? { ...listener, port: ports[next++] ?? listener.port } : listener,
    );
    this.config = { ...this.config, listeners: listeners.filter(isWeb) };
    await this.streams?.start();
    await this.team.start();
    this.timers.push(setInterval(() => void this.group.reports(), READ_EVERY));
  }

  /** The listeners are this process's, and stay as they are. */
  reload(config: Config): Promise<void> {
    const reloaded = this.reloading.catch(() => {}).then(() => this.takeUp(config));
    this.reloading = reloaded;
    return reloaded;
  }

  private async takeUp(config: Config): Promise<void> {
    const { config: before, given } = this;
    if (!sameListeners(this.given, config)) {
      throw new GatewayError("GW0022", "Its listeners are others, or its layer 4 is: that takes a new `up`.");
    }
    this.given = config;
    this.config = { ...config, listeners: before.listeners };
    await this.team.roll(config.limits.drainTimeout, () => {
      this.given = given;
      this.config = before;
    });
  }

  private stopTimers(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }

  async drain(timeoutMs: Millis): Promise<number> {
    this.team.dismiss();
    this.front.drain();
    const [cut, streams] = await Promise.all([this.group.drain(timeoutMs), this.streams?.drain(timeoutMs)]);
    await this.front.close();
    return cut + (streams ?? 0);
  }

  stop(): Promise<number> {
    this.ended ??= this.end();
    return this.ended;
  }

  private async end(): Promise<number> {
    this.stopTimers();
    const [cut] = await Promise.all([this.team.end(), this.front.close(), this.streams?.stop()]);
    this.folder.remove();
    return cut;
  }
}

function sameListeners(one: Config, other: Config): boolean {
  return JSON.stringify(one.listeners) === JSON.stringify(other.listeners);
}
