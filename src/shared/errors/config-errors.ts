import { EXIT, type ErrorEntry } from "./entry.ts";

const exitCode = EXIT.config;

/** GW01xx: the configuration file. */
export const configErrors = {
  GW0101: {
    kind: "config",
    title: "No configuration found",
    exitCode,
    hint: "Config is searched in the working directory only: gateway.config.{yaml,yml,json,js,mjs,ts}, .gatewayctlrc, or `gatewayctl` in package.json. Run `gatewayctl init` to make one, or name one with --config.",
  },
  GW0102: {
    kind: "config",
    title: "Unknown key",
    exitCode,
    hint: "The key is not part of the vocabulary at this place; nothing is ever ignored. The message names the nearest key that is. `gatewayctl schema` prints the whole vocabulary.",
  },
  GW0103: {
    kind: "config",
    title: "Invalid value",
    exitCode,
    hint: "The value is not of the type or form that the key takes. The message says which form that is.",
  },
  GW0104: {
    kind: "config",
    title: "Missing key",
    exitCode,
    hint: "A key that this section cannot do without is not there.",
  },
  GW0105: {
    kind: "config",
    title: "Unknown service",
    exitCode,
    hint: "A route or listener names a service that `services:` does not define. Define it, or correct the name.",
  },
  GW0106: {
    kind: "config",
    title: "Duplicate key",
    exitCode,
    hint: "The same key stands twice in one mapping. YAML parsers differ in which one they take, so it is an error: remove one.",
  },
  GW0107: {
    kind: "config",
    title: "Syntax error",
    exitCode,
    hint: "The file is not well-formed YAML or JSON at the place shown. Indentation and quotes are the usual causes.",
  },
  GW0108: {
    kind: "config",
    title: "Environment variable not set",
    exitCode,
    hint: "${NAME} is read from the environment and from .env beside the config. Set it, or give a default: ${NAME:-default}. A literal ${ is written $${.",
  },
  GW0109: {
    kind: "config",
    title: "Invalid regular expression",
    exitCode,
    hint: "Regular expressions are JavaScript's, with the u flag. The message repeats what the engine said.",
  },
  GW0110: {
    kind: "config",
    title: "Not supported yet",
    exitCode,
    hint: "The key is part of the vocabulary, but this version does not act on it. It is refused, so that nobody believes in a protection that is not there. Remove it.",
  },
  GW0111: {
    kind: "config",
    title: "Conflicting keys",
    exitCode,
    hint: "Two keys at the same place exclude each other, or one needs another. The message names them.",
  },
  GW0112: {
    kind: "config",
    title: "Duplicate name",
    exitCode,
    hint: "Two routes, listeners, endpoints or consumers have the same name, port or URL. Names tell things apart in logs, metrics and `route`.",
  },
  GW0113: {
    kind: "config",
    title: "Configuration cannot be read",
    exitCode,
    hint: "The file could not be opened, or a .js, .mjs or .ts config threw while it ran. The message repeats why.",
  },
  GW0114: {
    kind: "config",
    title: "Unreachable route",
    exitCode: EXIT.findings,
    hint: "No request can reach this route: others that come before it match everything it matches. Move it, narrow the others, or remove it.",
  },
  GW0115: {
    kind: "config",
    title: "Unused service",
    exitCode: EXIT.ok,
    hint: "No route or listener leads to this service. That is a note only.",
  },
  GW0116: {
    kind: "config",
    title: "Wide bind",
    exitCode: EXIT.findings,
    hint: "The listener is open to other machines, not only to this one. If that is meant, it is fine; if not, give the bare port.",
  },
  GW0117: {
    kind: "config",
    title: "Endpoint loops back",
    exitCode,
    hint: "The endpoint is one of this gateway's own listeners, or its admin port, so that requests would go round for ever or reach the admin API.",
  },
  GW0118: {
    kind: "config",
    title: "Unknown capture",
    exitCode,
    hint: "A rewrite uses {name}, but the route's path has no capture of that name.",
  },
  GW0119: {
    kind: "config",
    title: "Unknown consumer or version",
    exitCode,
    hint: "A policy names a consumer that `consumers:` does not define, or a route a version that `versioning.versions` does not. Define it, or correct the name.",
  },
  GW0120: {
    kind: "config",
    title: "Weights have no effect",
    exitCode: EXIT.ok,
    hint: "The service's endpoints have different weights, but its algorithm does not look at them (round-robin and least-conn treat all alike). Choose a weighted algorithm, or leave the weights out. That is a note only.",
  },
  GW0121: {
    kind: "config",
    title: "No certificate for this host",
    exitCode: EXIT.findings,
    hint: "With `tls: auto` certificates come from the local CA, which is constrained to localhost, *.localhost, *.test and loopback addresses. Clients that ask for another host are shown the certificate for localhost, and refuse it. Use a local name, or `tls: { cert, key }` with a certificate for the host.",
  },
  GW0122: {
    kind: "config",
    title: "Certificate cannot be used",
    exitCode,
    hint: "A file under `tls:` is missing, cannot be read, is not PEM, or certificate and key are not a pair. Paths are relative to the config file; the certificate file begins with the server's own certificate, and the key has no passphrase.",
  },
  GW0123: {
    kind: "config",
    title: "Certificate has expired",
    exitCode: EXIT.findings,
    hint: "The certificate under `tls:` is past its end, so that clients refuse it. Put a new one into the file: a running gateway takes it up by itself.",
  },
  GW0124: {
    kind: "config",
    title: "Nobody may send the PROXY protocol",
    exitCode,
    hint: "A listener with `proxyProtocol: true` takes connections of `trustedProxies` alone, each with a PROXY protocol header in front. Name the proxies in front of it there; or leave `proxyProtocol` out, where clients connect directly.",
  },
  GW0125: {
    kind: "config",
    title: "Way around authentication",
    exitCode: EXIT.findings,
    hint: "A route with `authenticate` protects a path, and another route serves a part of it, or the same service in another way, without. The message names both, and the witness is a request that gets through. Give the other route `authenticate`, too; or, if it is meant to be open, write `authenticate: false` in it.",
  },
  GW0126: {
    kind: "config",
    title: "Route is open on purpose",
    exitCode: EXIT.ok,
    hint: "The route says `authenticate: false`, or takes anonymous callers, where everything around it wants to know who is calling. That is a note only.",
  },
  GW0127: {
    kind: "config",
    title: "Tokens for any audience",
    exitCode: EXIT.findings,
    hint: "Without `audience` a `jwt` takes every token of its issuer, those made for another service too: whoever gets one of those can use it here (RFC 8725 section 3.9). Name the `aud` that tokens for this service have.",
  },
  GW0128: {
    kind: "config",
    title: "Secret in plain text",
    exitCode: EXIT.findings,
    hint: "The file holds a secret as it is, so that it goes wherever the file goes: into version control, backups and other people's editors. Write ${NAME} in its place, and put the value into the environment or into .env beside the config.",
  },
  GW0129: {
    kind: "config",
    title: "Development issuer open to other machines",
    exitCode,
    hint: "`local` is the development issuer, where everybody on this machine may be whoever they like. A listener that other machines reach must not trust it: bind the listener to loopback (the bare port), or name the issuer of your organisation.",
  },
} as const satisfies Record<string, ErrorEntry>;
