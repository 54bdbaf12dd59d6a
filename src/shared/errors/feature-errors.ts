import { EXIT, type ErrorEntry } from "./entry.ts";

const exitCode = EXIT.config;

/** GW0130 to GW0199: what single features of the configuration need. */
export const featureErrors = {
  GW0130: {
    kind: "config",
    title: "Counted by each for itself",
    exitCode: EXIT.ok,
    hint: "With `state: memory`, every gateway instance counts rate limits for itself, so that all of them together let more pass than the limit says: up to as many times as there are instances. `state: redis://…` has them count together. `concurrency` is always counted by each. That is a note only.",
  },
  GW0131: {
    kind: "config",
    title: "Key file cannot be used",
    exitCode: EXIT.findings,
    hint: "The `jwks` of a `jwt` method is a file that is missing, cannot be read, or is no JWK Set (RFC 7517 section 5): JSON with a list of `keys`. Paths are relative to the config file. Until it is there, requests with a token are answered 503; a running gateway takes it up by itself.",
  },
  GW0132: {
    kind: "config",
    title: "Claims that nobody has",
    exitCode: EXIT.findings,
    hint: "`match.claims` asks for claims of a token that the same route's own `authenticate` has verified. A route without `authenticate`, or with methods alone that know a caller by something else than a token, never matches by them. Give the route `authenticate` with jwt, oauth2 or oidc, or take the `claims` away.",
  },
  GW0133: {
    kind: "config",
    title: "Password hash cannot be read",
    exitCode: EXIT.findings,
    hint: "The hash under `basic.password` is cut short or changed, or of a cost beyond 128 MiB or 16 passes: whoever has this user name is refused. `gatewayctl key --password USER` prints a new one.",
  },
  GW0140: {
    kind: "config",
    title: "Schema file cannot be read",
    exitCode,
    hint: "A file that `validate` names, or a `$ref` inside one, is missing, cannot be opened, or is not a file of at most 32 MiB. Paths in the config are relative to the config file; those of a `$ref` are relative to the file that has it.",
  },
  GW0141: {
    kind: "config",
    title: "Schema file is not well-formed",
    exitCode,
    hint: "A file that `validate` names is neither YAML nor JSON at the place shown.",
  },
  GW0142: {
    kind: "config",
    title: "Invalid JSON Schema",
    exitCode,
    hint: "A schema of `validate` breaks the rules of JSON Schema (2020-12, or the draft that its `$schema` names) or of OpenAPI's dialect. The message names the place by a JSON Pointer.",
  },
  GW0143: {
    kind: "config",
    title: "Invalid OpenAPI document",
    exitCode,
    hint: "The file is not an OpenAPI document of version 3.0 or 3.1, or something in it has another form than OpenAPI gives it. The message names the place by a JSON Pointer.",
  },
  GW0144: {
    kind: "config",
    title: "Reference cannot be followed",
    exitCode,
    hint: "A `$ref` leads nowhere, round in a circle, to the network, or to a file outside the folder of the document and of the config. Nothing is ever fetched: put a copy of the file beside the document.",
  },
  GW0145: {
    kind: "config",
    title: "Expression does not parse",
    exitCode,
    hint: "`map` of a `transform` is a JSONata expression, and this one is not well-formed. The message repeats what its parser said, and at which character. Quote expressions in YAML, or write them as a block: `map: |`.",
  },
  GW0146: {
    kind: "config",
    title: "Template does not parse",
    exitCode,
    hint: "A value of a `transform` has a brace that is not closed, or names something that is not known at this place. {query.NAME}, {header.NAME}, {cookie.NAME} and {claim.NAME} are the client's, {NAME} is a capture of the path; {{ and }} are the braces themselves.",
  },
  GW0147: {
    kind: "config",
    title: "Template names an unknown capture",
    exitCode,
    hint: "A value of a `transform` has a plain {NAME} that is none of the names it may have, and that no path of the route captures: it would always be empty. Correct the name, or capture it in the path: /orders/{id}.",
  },
  GW0148: {
    kind: "config",
    title: "Unusable template of a part",
    exitCode,
    hint: "A part of a `compose` has a path or header whose {…} names nothing: no capture of the route, no other part, no caller that the route's `authenticate` would know; or whose path no request could have. {NAME} is a capture; {query.NAME}, {header.NAME}, {claim.NAME} and {consumer} are the client's; {PART.body.FIELD} and {PART.status} are another part's.",
  },
  GW0149: {
    kind: "config",
    title: "Parts wait for each other",
    exitCode,
    hint: "Parts of a `compose` need each other's answers in a circle, so that none of them could be asked first. The message names the circle: take one of its {PART.…} out.",
  },
  GW0150: {
    kind: "config",
    title: "Part needs an optional one",
    exitCode: EXIT.findings,
    hint: "A part that the response cannot do without needs the answer of one that is `optional`: where that one fails, all of it does. Make both optional, or neither, or give the optional one a `fallback`.",
  },
  GW0151: {
    kind: "config",
    title: "Mirror leads to the route's own service",
    exitCode: EXIT.findings,
    hint: "`mirror` sends a copy of requests to the service that gets them anyhow: what they do is done twice. Name another service, or other endpoints of it as a service of their own.",
  },
  GW0152: {
    kind: "config",
    title: "Version that no route serves",
    exitCode: EXIT.findings,
    hint: "Every route has a `version`, and none has this one: all of its requests are answered 404. Give it a route, or leave `version` out of a route that serves every version.",
  },
  GW0153: {
    kind: "config",
    title: "Route's path begins with a version",
    exitCode: EXIT.findings,
    hint: "With `path` in `versioning.from`, a first segment such as /v1 names the version and is taken off before routes are matched, so that a route whose own path begins with it is never reached. Match the path below it, and give the route a `version`.",
  },
  GW0154: {
    kind: "config",
    title: "Version past its sunset",
    exitCode: EXIT.ok,
    hint: "The version's `sunset` is over. The gateway serves it until it is removed from the config: a date does not take anything away by itself. That is a note only.",
  },
  GW0155: {
    kind: "config",
    title: "Versions contradict each other",
    exitCode,
    hint: 'A version\'s `sunset` is not before its `deprecated` (RFC 9745 section 4), and no two versions have one path: /v1 is the version "1", and the version "v1".',
  },
  GW0156: {
    kind: "config",
    title: "Key without meaning at layer 4",
    exitCode,
    hint: "A service with tcp:// or udp:// endpoints gets bytes as they come: there are no requests, cookies or headers in them that could be looked at, and no TLS of the gateway's own. What the key promises would not happen. Remove it; or give the service http:// endpoints and routes.",
  },
  GW0160: {
    kind: "config",
    title: "Endpoint file cannot be used",
    exitCode,
    hint: "`endpoints: { file }` names a JSON or YAML file with a list of endpoints as one is written in the config: URLs, or { url, weight, backup, zone }. No endpoints are []. A file that is not there yet is only a warning: it is used as soon as it is written. While the gateway runs, a file with mistakes changes nothing.",
  },
  GW0161: {
    kind: "config",
    title: "Compose file cannot be used",
    exitCode,
    hint: "`endpoints: { compose }` names a docker-compose.yml; what it says is looked up, and Docker itself is not asked. While the gateway runs, a file with mistakes changes nothing.",
  },
  GW0162: {
    kind: "config",
    title: "Compose service without a port to connect to",
    exitCode,
    hint: 'The Compose file has no such service, or it does not publish that port of the container on a port of this machine. Write the port under `ports` with both sides, as in "8080:80"; `port` is the one inside the container. A port that Docker draws is not in the file.',
  },
  GW0163: {
    kind: "config",
    title: "Nothing that DNS could be asked",
    exitCode,
    hint: "`dns` and `srv` are names, without scheme and port; `server` is the address of a DNS server, with its port if that is not 53.",
  },
  GW0164: {
    kind: "config",
    title: "Part of a Compose file without effect",
    exitCode: EXIT.findings,
    hint: "A label that begins with `gatewayctl.` means nothing, or more containers are asked for than ports are published: one of a service's containers can have each port. The rest of the service is used.",
  },
} as const satisfies Record<string, ErrorEntry>;
