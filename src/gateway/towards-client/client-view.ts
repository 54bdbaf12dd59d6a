import type { EndpointPool } from "../../http/endpoint/endpoint-pool.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import type { ForwardPlan } from "../route-plan.ts";
import type { ClientView } from "./location.ts";
import { pathTowardsClient } from "./paths.ts";

/** The request, as its client has made it. */
export interface ClientRequest {
  readonly scheme: "http" | "https";
  /** Host, with its port; "" if there was none. */
  readonly authority: string;
  /** The path as sent. */
  readonly rawPath: string;
}

/** How an endpoint's words about itself read to a client that has come by this route. */
export function clientView(
  { route }: ForwardPlan,
  match: RouteMatch,
  { host, port, tls }: Pick<EndpointPool, "host" | "port" | "tls">,
  { scheme, authority, rawPath }: ClientRequest,
): ClientView {
  const path = (own: string): string => pathTowardsClient(own, route, match, rawPath);
  return {
    endpoint: { scheme: tls === undefined ? "http" : "https", host, port },
    rewrittenHost: route.rewrite?.host,
    client: { scheme, authority },
    path,
    cookiePath: (own) => cookiePath(own, path(own), match),
  };
}

/** Behind a prefix, "/" is the prefix. In front of a version it stays: the versions of an API have one session. */
function cookiePath(own: string, mapped: string, { version }: RouteMatch): string {
  if (own !== "/" || mapped === "/") return mapped;
  const isVersion = version?.inPath === true && mapped.indexOf("/", 1) === mapped.length - 1;
  return isVersion ? "/" : mapped.replace(/\/$/, "");
}
