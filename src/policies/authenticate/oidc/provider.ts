import type { LocalIssuer } from "../../../exchange/local-issuer.ts";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { isFetchable } from "../../../shared/fetchable-url.ts";
import { fetchJson } from "./fetch-json.ts";

/** Where a provider's endpoints are (OpenID Connect Discovery 1.0 section 3, RP-Initiated Logout 1.0 section 2.1). */
export interface ProviderMetadata {
  readonly authorization: string;
  readonly token: string;
  readonly endSession: string | undefined;
  /** The client's secret goes into the body and not into Authorization, because this provider takes it there alone. */
  readonly secretInBody: boolean;
}

/** Knows where to send browsers. */
export interface Provider {
  /** At once where it is known; `undefined` where it cannot be had now. Never rejects. */
  metadata(): ProviderMetadata | undefined | Promise<ProviderMetadata | undefined>;
}

/** The built-in development issuer, whose pages are on the admin API. */
export class LocalProvider implements Provider {
  private readonly issuer: LocalIssuer | undefined;

  constructor(issuer: LocalIssuer | undefined) {
    this.issuer = issuer;
  }

  metadata(): ProviderMetadata | undefined {
    const url = this.issuer?.url();
    if (url === undefined) return undefined;
    return {
      authorization: `${url}/authorize`,
      token: `${url}/token`,
      endSession: `${url}/logout`,
      secretInBody: false,
    };
  }
}

const FRESH_FOR: Millis = 60 * 60_000;
/** How often a provider that does not answer is asked. */
const RETRY_AFTER: Millis = 1_000;

/** A provider that says by its metadata where its endpoints are. Kept for an hour, and as long as it does not answer. */
export class RemoteProvider implements Provider {
  private readonly issuer: string;
  private readonly clock: Clock;
  private known: ProviderMetadata | undefined;
  private fetchedAt: Millis = Number.NEGATIVE_INFINITY;
  private failedAt: Millis = Number.NEGATIVE_INFINITY;
  private pending: Promise<ProviderMetadata | undefined> | undefined;

  constructor(issuer: string, clock: Clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  metadata(): ProviderMetadata | undefined | Promise<ProviderMetadata | undefined> {
    const now = this.clock.now();
    if (this.known !== undefined && now - this.fetchedAt < FRESH_FOR) return this.known;
    if (this.pending === undefined && now - this.failedAt < RETRY_AFTER) return this.known;
    const renewal = this.renew();
    return this.known ?? renewal;
  }

  /** However many ask at once, the provider is asked once. */
  private renew(): Promise<ProviderMetadata | undefined> {
    this.pending ??= fetchMetadata(this.issuer)
      .then((metadata) => {
        this.known = metadata;
        this.fetchedAt = this.clock.now();
      })
      .catch(() => {
        this.failedAt = this.clock.now();
      })
      .then(() => {
        this.pending = undefined;
        return this.known;
      });
    return this.pending;
  }
}

/** Source: OpenID Connect Discovery 1.0 section 4.3: the metadata must name the very issuer that was asked. */
async function fetchMetadata(issuer: string): Promise<ProviderMetadata> {
  if (!isFetchable(issuer)) throw new Error(`${issuer} is not https`);
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { status, body } = await fetchJson(url);
  if (status !== 200 || body["issuer"] !== issuer) throw new Error(`${url} is not the metadata of ${issuer}`);
  const authorization = urlOf(body["authorization_endpoint"]);
  const token = urlOf(body["token_endpoint"]);
  if (authorization === undefined || token === undefined) throw new Error(`${url} names no endpoints for a login`);
  const methods = body["token_endpoint_auth_methods_supported"];
  const secretInBody =
    Array.isArray(methods) && !methods.includes("client_secret_basic") && methods.includes("client_secret_post");
  return { authorization, token, endSession: urlOf(body["end_session_endpoint"]), secretInBody };
}

function urlOf(value: unknown): string | undefined {
  return typeof value === "string" && isFetchable(value) ? value : undefined;
}
