import { isIPv4, isIPv6 } from "node:net";

/** What an endpoint speaks. `http` and `https` are layer 7, `tcp` and `udp` are layer 4. */
export type EndpointProtocol = "http" | "https" | "tcp" | "udp";

/** An endpoint's URL, taken apart. */
export interface EndpointOrigin {
  /** The origin as written, without a trailing slash: the endpoint's name everywhere. */
  readonly id: string;
  readonly protocol: EndpointProtocol;
  /** Host name or address to connect to; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** Why a text is not an endpoint's URL, and what to write instead. */
export interface OriginProblem {
  readonly problem: string;
  readonly hint?: string;
}

const URL_PATTERN = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/;
const AUTHORITY_PATTERN = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;
const DEFAULT_PORTS: Readonly<Record<EndpointProtocol, number | undefined>> = {
  http: 80,
  https: 443,
  tcp: undefined,
  udp: undefined,
};

/** Takes "http://localhost:4001" apart, or says why it is not an endpoint. An endpoint is an origin: no path, no credentials. */
export function parseEndpointUrl(text: string): EndpointOrigin | OriginProblem {
  const url = URL_PATTERN.exec(text);
  if (url === null) return { problem: `is not a URL: ${text}`, hint: `write it as ${likelyUrl(text)}` };
  const [, scheme = "", authority = "", rest = ""] = url;
  const protocol = scheme.toLowerCase();
  if (!isProtocol(protocol)) return { problem: `has the scheme ${scheme}; endpoints speak http, https, tcp or udp` };
  if (authority.includes("@")) {
    return { problem: "has credentials in the URL", hint: "send them with policies.transform.request.headers" };
  }
  if (rest !== "" && rest !== "/") {
    const hint = `write ${scheme}://${authority} here, and rewrite: { path: … } on the route`;
    return { problem: `has a path, query or fragment (${rest}); an endpoint is only an origin`, hint };
  }
  return fromAuthority(`${scheme}://${authority}`, protocol, authority);
}

/** The URL that was most likely meant by a port, by host and port, or by one with a slash too few. */
function likelyUrl(text: string): string {
  const port = /^:?(\d{1,5})$/.exec(text)?.[1];
  if (port !== undefined) return `http://localhost:${port}`;
  const rest = /^(?:https?:?\/{0,2})?([A-Za-z0-9._-]+:\d{1,5})$/.exec(text)?.[1];
  return rest === undefined ? "http://localhost:4001" : `http://${rest}`;
}

function fromAuthority(id: string, protocol: EndpointProtocol, authority: string): EndpointOrigin | OriginProblem {
  const parts = AUTHORITY_PATTERN.exec(authority);
  if (parts === null) return { problem: `has no usable host and port: ${authority || "(nothing)"}` };
  const host = parts[1] ?? parts[2] ?? "";
  if (parts[1] !== undefined ? !isIPv6(host) : /^[\d.]+$/.test(host) && !isIPv4(host)) {
    return { problem: `has an address that is not one: ${host}` };
  }
  const port = parts[3] === undefined ? DEFAULT_PORTS[protocol] : Number(parts[3]);
  if (port === undefined)
    return { problem: `has no port`, hint: `${protocol}:// has no default port: write ${id}:PORT` };
  if (port < 1 || port > 65535) return { problem: `has the port ${port}; ports are 1 to 65535` };
  return { id, protocol, host, port };
}

function isProtocol(text: string): text is EndpointProtocol {
  return text in DEFAULT_PORTS;
}

/** Two spellings of one origin (case of the host, a default port left out) give the same text. */
export function canonicalOrigin(origin: EndpointOrigin): string {
  return `${origin.protocol}://${origin.host.toLowerCase()}:${origin.port}`;
}
