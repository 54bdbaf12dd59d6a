import type { Millis } from "../../shared/clock.ts";
import { proxyHeader } from "../../shared/proxy-protocol/encode.ts";
import type { EndpointLink } from "./endpoint-link.ts";
import type { EndpointPool } from "./endpoint-pool.ts";
import type { EndpointTls } from "./endpoint-tls.ts";
import type { EndpointReceiver } from "./receiver.ts";

export interface ProxiedPoolOptions {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
  readonly tls: EndpointTls | undefined;
  /** As for connections without a header. */
  readonly upgrades: boolean;
  readonly version: 1 | 2;
  /** A pool whose connections all begin with this. */
  createPool(preface: Buffer): EndpointPool;
}

/**
 * The connections to an endpoint that is told of clients by the PROXY protocol. A header holds for all that its
 * connection brings, so there is a pool for each header: nobody's request is ever sent in another one's name.
 */
export class ProxiedPool implements EndpointPool {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
  readonly tls: EndpointTls | undefined;
  readonly upgrades: boolean;
  private readonly options: ProxiedPoolOptions;
  private readonly pools = new Map<string, EndpointPool>();

  constructor(options: ProxiedPoolOptions) {
    this.options = options;
    this.host = options.host;
    this.port = options.port;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.tls = options.tls;
    this.upgrades = options.upgrades;
  }

  get size(): number {
    return this.sum(({ size }) => size);
  }

  get idleSize(): number {
    return this.sum(({ idleSize }) => idleSize);
  }

  private sum(count: (pool: EndpointPool) => number): number {
    let sum = 0;
    for (const pool of this.pools.values()) sum += count(pool);
    return sum;
  }

  prefaceFor(receiver: EndpointReceiver): Buffer {
    return proxyHeader(this.options.version, receiver.clientAddresses);
  }

  take(receiver: EndpointReceiver): EndpointLink {
    const preface = this.prefaceFor(receiver);
    const key = preface.toString("latin1");
    let pool = this.pools.get(key);
    if (pool === undefined) {
      pool = this.options.createPool(preface);
      this.pools.set(key, pool);
    }
    return pool.take(receiver);
  }

  sweep(now: Millis): void {
    for (const [key, pool] of this.pools) {
      pool.sweep(now);
      if (pool.size === 0) this.pools.delete(key);
    }
  }

  dropIdle(): boolean {
    for (const pool of this.pools.values()) if (pool.dropIdle()) return true;
    return false;
  }

  close(): void {
    for (const pool of this.pools.values()) pool.close();
  }

  destroy(): void {
    for (const pool of this.pools.values()) pool.destroy();
  }
}
