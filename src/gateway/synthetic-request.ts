import type { RequestFacts } from "../exchange/request-facts.ts";
import { parseHost } from "../http/exchange/host.ts";
import { normalizePath, PATH_PROBLEMS, pathProblem } from "../routing/path.ts";
import { PairHeaders } from "./pair-headers.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";

/** A request that nobody sends: what `route` asks about. */
export interface SyntheticRequest {
  readonly method: string;
  /** A path with or without query ("/orders/7?v=2"), or a whole URL. */
  readonly url: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The client's address; 127.0.0.1 by default. */
  readonly ip?: string;
  /** For policies that look at bodies. */
  readonly body?: Uint8Array | undefined;
}

/** The facts of a synthetic request, and why a gateway would refuse it, if it would. */
export interface SyntheticFacts {
  readonly facts: RequestFacts & { readonly rawPath: string };
  readonly refusal: string | undefined;
}

/**
 * Reads a synthetic request as the gateway reads a real one.
 * @throws GatewayError GW0002 if the URL is not a path, nor an http or https URL
 */
export function syntheticFacts(request: SyntheticRequest): SyntheticFacts {
  const { scheme, authority, target } = splitUrl(request.url);
  const headers = new PairHeaders(request.headers ?? []);
  const named = authority ?? headers.get("host") ?? "localhost";
  const host = parseHost(named);
  if (host === undefined) throw new GatewayError("GW0002", `"${named}" is not a host.`);
  const mark = target.indexOf("?");
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const path = normalizePath(rawPath);
  const problem = path === undefined ? pathProblem(rawPath) : undefined;
  return {
    facts: {
      method: request.method,
      host,
      path: path ?? rawPath,
      rawPath,
      query: mark < 0 ? "" : target.slice(mark + 1),
      headers,
      clientIp: request.ip ?? "127.0.0.1",
      scheme,
    },
    refusal: problem === undefined ? undefined : `the path ${PATH_PROBLEMS[problem]}`,
  };
}

function splitUrl(url: string): { scheme: "http" | "https"; authority: string | undefined; target: string } {
  // A fragment never leaves the client.
  const sent = url.replace(/#.*$/s, "");
  if (sent.startsWith("/")) return { scheme: "http", authority: undefined, target: sent };
  const form = /^(https?):\/\/([^/?]*)(.*)$/is.exec(sent);
  if (!form) throw new GatewayError("GW0002", `"${url}" is neither a path that begins with "/" nor a URL.`);
  const rest = form[3] as string;
  return {
    scheme: (form[1] as string).toLowerCase() as "http" | "https",
    authority: form[2],
    target: rest.startsWith("/") ? rest : `/${rest}`,
  };
}
