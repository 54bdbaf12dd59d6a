import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { EndpointId } from "../balancing/algorithm.ts";
import type { HeaderReader } from "../exchange/header-reader.ts";
import { cookieValue } from "../routing/cookies.ts";
import type { Millis } from "../shared/clock.ts";

export interface StickyOptions {
  readonly service: string;
  readonly cookie: string;
  /** Without it, the client stays until its browser closes. */
  readonly ttl: Millis | undefined;
  /** The same in all gateways that share clients; without it, another one after a restart. */
  readonly secret: Uint8Array | undefined;
  /** The members now; another array when they change. */
  readonly endpoints: () => readonly { readonly id: EndpointId }[];
}

/** What a client's cookie says. */
export interface StickyHold {
  readonly endpoint: EndpointId;
  /** Half of its time is over: the next response gives it anew. */
  readonly renew: boolean;
}

/** Cookies that were found in order, so that a client's next request costs no HMAC. */
const MOST_KNOWN = 4_096;

/**
 * Keeps clients with their endpoint by a signed cookie: "TAG.TIME.MAC". The tag stands for an endpoint and says nothing of
 * its address; the MAC (HMAC-SHA256, RFC 2104, of which 96 bits) keeps clients from choosing one.
 */
export class StickySessions {
  private readonly options: StickyOptions;
  private readonly secret: Uint8Array;
  private members: readonly unknown[] = [];
  private readonly byTag = new Map<string, EndpointId>();
  private readonly tags = new Map<EndpointId, string>();
  private readonly known = new Map<string, { readonly tag: string; readonly issued: Millis }>();

  constructor(options: StickyOptions) {
    this.options = options;
    this.secret = options.secret ?? randomBytes(32);
  }

  /**
   * The endpoint that the client's cookie names; `undefined` where there is no cookie, or none that can be believed, or its
   * time is over, or the endpoint is no member any more.
   *
   * @param now in ms since 1970
   */
  read(headers: HeaderReader, now: Millis): StickyHold | undefined {
    const value = cookieValue(headers, this.options.cookie);
    const held = value === undefined ? undefined : this.verified(value);
    if (held === undefined) return undefined;
    const { ttl } = this.options;
    const age = now - held.issued;
    if (ttl !== undefined && age >= ttl) return undefined;
    this.learnMembers();
    const endpoint = this.byTag.get(held.tag);
    return endpoint === undefined ? undefined : { endpoint, renew: ttl !== undefined && age >= ttl / 2 };
  }

  /**
   * The Set-Cookie that holds a client at an endpoint.
   * @param now in ms since 1970
   * @param secure the client came by https
   */
  cookieFor(endpoint: EndpointId, now: Millis, secure: boolean): string {
    this.learnMembers();
    const { cookie, ttl } = this.options;
    const head = `${this.tagOf(endpoint)}.${Math.floor(now / 1000).toString(36)}`;
    const age = ttl === undefined ? "" : `; Max-Age=${Math.ceil(ttl / 1000)}`;
    return `${cookie}=${head}.${this.mac(`cookie\0${head}`)}; Path=/${age}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  }

  private verified(value: string): { readonly tag: string; readonly issued: Millis } | undefined {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const [, head, tag, time, mac] = /^(([\w-]{16})\.([0-9a-z]{1,9}))\.([\w-]{16})$/.exec(value) ?? [];
    if (head === undefined || tag === undefined || time === undefined || mac === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(`cookie\0${head}`)))) return undefined;
    const held = { tag, issued: Number.parseInt(time, 36) * 1000 };
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(value, held);
    return held;
  }

  private learnMembers(): void {
    const members = this.options.endpoints();
    if (members === this.members) return;
    this.members = members;
    this.byTag.clear();
    this.tags.clear();
    for (const { id } of members) {
      const tag = this.mac(`endpoint\0${id}`);
      this.tags.set(id, tag);
      this.byTag.set(tag, id);
    }
  }

  private tagOf(endpoint: EndpointId): string {
    return this.tags.get(endpoint) ?? this.mac(`endpoint\0${endpoint}`);
  }

  private mac(text: string): string {
    const whole = createHmac("sha256", this.secret).update(`sticky\0${this.options.service}\0${text}`).digest();
    return whole.subarray(0, 12).toString("base64url");
  }
}
