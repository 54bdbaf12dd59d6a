import type { StateChange } from "../../exchange/state-connection.ts";
import type { Purge } from "../../policies/cache/store.ts";
import { type Clock, type Millis, systemClock } from "../../shared/clock.ts";
import type { FamilyValues } from "../../telemetry/metrics/exposition.ts";
import { mergeTimes, type ServiceTimes } from "../../upstream/observed-times.ts";
import type { BoundListener } from "../gateway.ts";
import type { Decision } from "../decide.ts";
import type { HealthChange, ProtectionChange } from "../gateway-service.ts";
import type { CertificateEvent } from "../tls.ts";
import { HealthNews } from "./health-news.ts";
import { KnownFactsBook } from "./known-facts.ts";
import { LeftBehind } from "./left-behind.ts";
import type { Link } from "./link.ts";
import { planMove } from "./plan-move.ts";
import { StateNews } from "./state-news.ts";
import { connectPeer, LinkClosed, type Peer } from "./peer.ts";
import type {
  EndpointChange,
  FrontActions,
  InstanceActions,
  InstanceReport,
  InstanceQuestion,
  InstanceSettings,
  ServiceInstances,
} from "./protocol.ts";

/** Instances are processes of this machine: one that does not answer in this time hangs. */
const PATIENCE: Millis = 1_500;

/** A connection this old is kept. */
const KEPT_FOR: Millis = 1_000;
/** How long an instance accepts nobody: its clients come again as soon as they have their answer. */
const REST: Millis = 500;

export interface InstanceGroupOptions {
  /** Told once of what several instances find out. */
  readonly onHealthChange: (change: HealthChange) => void;
  readonly onProtection: (change: ProtectionChange) => void;
  /** Told once of what several instances come to know, and of every client's failure. */
  readonly onCertificates: (event: CertificateEvent) => void;
  readonly onStateChange?: (change: StateChange) => void;
  readonly clock?: Clock;
  /** How long an instance may take to answer. */
  readonly patience?: Millis;
}

/** One instance, as its front knows it. */
export interface GroupMember {
  /** From 1. An instance that takes the place of another has its number. */
  readonly number: number;
  readonly pid: number;
  readonly peer: Peer<InstanceActions>;
  /** When it began to serve; `undefined` before. */
  servingSince: Millis | undefined;
  /** What was last read of it. */
  report: InstanceReport | undefined;
  metrics: readonly FamilyValues[] | undefined;
}

/**
 * The instances of one gateway that run in other processes: tells all of them the same, and puts together what they
 * say. It neither starts nor ends processes: whoever does says `join` and `leave`.
 */
export class InstanceGroup {
  private readonly options: InstanceGroupOptions;
  private readonly clock: Clock;
  private readonly patience: Millis;
  private readonly members = new Set<GroupMember>();
  private readonly known = new KnownFactsBook();
  private readonly news: HealthNews;
  private readonly stateNews: StateNews;
  /** What ended instances had counted. */
  readonly leftBehind = new LeftBehind();

  constructor(options: InstanceGroupOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.patience = options.patience ?? PATIENCE;
    this.news = new HealthNews(options.onHealthChange);
    this.stateNews = new StateNews(options.onStateChange ?? (() => {}));
  }

  /** Those that serve, in the order of their numbers. */
  get serving(): readonly GroupMember[] {
    return [...this.members]
      .filter(({ servingSince }) => servingSince !== undefined)
      .toSorted((a, b) => a.number - b.number);
  }

  /** Takes up a process that has been started as instance `number`. It serves nothing before `start`. */
  join(number: number, pid: number, link: Link): GroupMember {
    const actions: FrontActions = {
      healthChanged: (change) => this.news.hear(number, change),
      protectionChanged: (change) => this.options.onProtection(change),
      certificates: (event) => this.hearOfCertificates(member, event),
      invalidated: (uris) => this.passOn(member, uris),
      stateChanged: (change) => this.stateNews.hear(number, change),
      leave: (last) => void Object.assign(member, last),
    };
    const peer = connectPeer<InstanceActions>(link, actions);
    const member: GroupMember = { number, pid, peer, servingSince: undefined, report: undefined, metrics: undefined };
    this.members.add(member);
    return member;
  }

  /**
   * Has it serve; resolves when it listens.
   * @throws GatewayError whatever keeps it from serving; LinkClosed if it ends first; Error after `withinMs`
   */
  async start(
    member: GroupMember,
    settings: Omit<InstanceSettings, "known">,
    withinMs: Millis,
  ): Promise<readonly BoundListener[]> {
    const bound = await member.peer.call("start", { ...settings, known: this.known.all }, withinMs);
    member.servingSince = this.clock.now();
    return bound;
  }

  /** The process has ended. What it had counted stays. */
  leave(member: GroupMember): void {
    if (!this.members.delete(member)) return;
    this.news.forget(member.number);
    this.stateNews.forget(member.number);
    this.leftBehind.add(member.report, member.metrics);
  }

  setInstances(instances: ServiceInstances): void {
    this.known.setInstances(instances);
    for (const { peer } of this.members) peer.tell("setInstances", instances);
  }

  setStarting(state: Omit<ServiceInstances, "endpoints">): void {
    this.known.setStarting(state);
    for (const { peer } of this.members) peer.tell("setStarting", state);
  }

  /**
   * Resolves when all have obeyed; false if none has such an endpoint. Those that start later obey as well.
   * @throws Error if one does not answer
   */
  async changeEndpoint(change: EndpointChange): Promise<boolean> {
    this.known.change(change);
    const all = await this.askAll((peer) => peer.call("changeEndpoint", change, this.patience));
    return all.some((found) => found);
  }

  /**
   * Has all throw away stored responses; resolves with how many there were.
   * @throws Error if one does not answer
   */
  async purgeCache(purge: Purge): Promise<number> {
    const counts = await this.askAll((peer) => peer.call("purgeCache", purge, this.patience));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * What would become of requests, as the first one that serves sees it.
   * @throws Error if it does not answer
   */
  async decide(question: InstanceQuestion): Promise<readonly Decision[]> {
    const [first] = this.serving;
    if (first === undefined) throw new Error("none serves");
    return first.peer.call("decide", question, this.patience);
  }

  /**
   * How long answers took, as all that serve have observed it together.
   * @throws Error if one does not answer
   */
  async times(): Promise<readonly ServiceTimes[]> {
    return mergeTimes(await this.askAll((peer) => peer.call("times", undefined, this.patience)));
  }

  /** Resolves when each has checked every endpoint of the service once. */
  async checkNow(service: string): Promise<void> {
    await this.askAll((peer) => peer.call("checkNow", service).catch(() => {}));
  }

  /** How each is doing; of one that hangs, what it last said. */
  async reports(): Promise<readonly (GroupMember & { readonly report: InstanceReport })[]> {
    await this.read(async (member) => {
      member.report = await member.peer.call("report", undefined, this.patience);
    });
    return this.serving.filter((member): member is GroupMember & { report: InstanceReport } => !!member.report);
  }

  /** A part for each instance that serves, and for those that have ended. */
  async metrics(): Promise<readonly (readonly FamilyValues[])[]> {
    await this.read(async (member) => {
      member.metrics = await member.peer.call("metrics", undefined, this.patience);
    });
    return [
      ...this.serving.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics])),
      ...this.leftBehind.families,
    ];
  }

  async requestsInFlight(): Promise<number> {
    return (await this.reports()).reduce((sum, { report }) => sum + report.requestsInFlight, 0);
  }

  /**
   * Brings the kept connections of instances that share their listeners nearer to an even spread: the one that has most
   * tells some of its clients to come again, and accepts nobody meanwhile. Connections that come and go are not looked
   * at: of these an instance that is busy takes fewer by itself.
   */
  async spreadConnections(): Promise<void> {
    const members = this.serving;
    if (members.length < 2) return;
    const counts = await Promise.all(
      members.map(({ peer }) => peer.call("countMovable", KEPT_FOR, this.patience).catch(() => undefined)),
    );
    if (counts.includes(undefined)) return;
    const move = planMove(counts as (readonly number[])[]);
    const giver = move && members[move.instance];
    if (move === undefined || giver === undefined) return;
    const { listener, count } = move;
    giver.peer.tell("moveOn", { listener, count, openFor: KEPT_FOR, restMs: REST });
  }

  /**
   * Resolves when all have let their exchanges finish, or have cut them, with how many these were. One that hangs is
   * not waited for any longer than the others.
   */
  async drain(timeoutMs: Millis): Promise<number> {
    const withinMs = timeoutMs + this.patience;
    return total(await this.askAll((peer) => peer.call("drain", timeoutMs, withinMs).catch(() => 0)));
  }

  /** Ends what is in progress, at once; resolves with how much that was. */
  async stop(): Promise<number> {
    return total(await this.askAll((peer) => peer.call("stop", undefined, this.patience).catch(() => 0)));
  }

  setIssuerUrl(url: string): void {
    this.known.issuerUrl = url;
    for (const { peer } of this.members) peer.tell("setIssuerUrl", url);
  }

  setColumns(columns: number): void {
    for (const { peer } of this.members) peer.tell("setColumns", columns);
  }

  /** What one has seen changed, the others have to forget. */
  private passOn(from: GroupMember, uris: readonly string[]): void {
    for (const member of this.members) if (member !== from) member.peer.tell("invalidate", uris);
  }

  /** All read the same files: what becomes of these, the first one says for all. */
  private hearOfCertificates(member: GroupMember, event: CertificateEvent): void {
    const own = event.type === "authority-made" || event.type === "handshake-failed";
    if (own || this.serving[0] === member) this.options.onCertificates(event);
  }

  /** One that ends meanwhile has nothing to say. */
  private async askAll<T>(ask: (peer: Peer<InstanceActions>) => Promise<T>): Promise<T[]> {
    const answers = await Promise.all(
      [...this.members].map(({ peer }) =>
        ask(peer).then(
          (answer) => [answer],
          (error: unknown) => {
            if (error instanceof LinkClosed) return [];
            throw error;
          },
        ),
      ),
    );
    return answers.flat();
  }

  private async read(take: (member: GroupMember) => Promise<void>): Promise<void> {
    await Promise.all(this.serving.map((member) => take(member).catch(() => {})));
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
