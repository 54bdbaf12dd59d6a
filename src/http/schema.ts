import { isIP } from "node:net";
import { z } from "zod";
import { parseHostPattern } from "../routing/host-pattern.ts";
import { countSchema } from "../shared/address-schema.ts";
import { durationSchema, sizeSchema } from "../shared/schema.ts";

/** Both loopback addresses: what a bare port binds. */
export const LOOPBACK_HOSTS = ["127.0.0.1", "::1"] as const;

const BIND_PATTERN = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+|\*)):(\d{1,5})$/;

const portSchema = z
  .int({ error: 'must be a port (8080), or "host:port" ("0.0.0.0:8080") to bind something other than loopback' })
  .min(0, { error: "must be a port from 0 to 65535; 0 takes any free one" })
  .max(65535, { error: "must be a port from 0 to 65535; 0 takes any free one" });

/** 8080 → loopback; "0.0.0.0:8080" → that address. Output: which addresses to bind, and the port. */
const bindSchema = z
  .union(
    [
      portSchema,
      z.string().refine((text) => parseBind(text) !== undefined, {
        error: 'must be a port (8080), or "host:port" ("0.0.0.0:8080") to bind something other than loopback',
      }),
    ],
    { error: 'must be a port (8080), or "host:port" ("0.0.0.0:8080") to bind something other than loopback' },
  )
  .transform((value) => (typeof value === "number" ? { hosts: [...LOOPBACK_HOSTS], port: value } : requireBind(value)))
  .meta({ id: "bind", description: 'A port, bound on 127.0.0.1 and ::1; or "host:port", as in "0.0.0.0:8080".' });

/** "0.0.0.0:8080", "[::1]:8080", "localhost:8080", "*:8080" (every address) → addresses and port. */
function parseBind(text: string): { hosts: string[]; port: number } | undefined {
  const match = BIND_PATTERN.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port > 65535 || (match[1] !== undefined && isIP(match[1]) !== 6)) return undefined;
  const host = match[1] ?? match[2] ?? "";
  if (host === "localhost") return { hosts: [...LOOPBACK_HOSTS], port };
  if (host === "*") return { hosts: ["0.0.0.0", "::"], port };
  return { hosts: [host], port };
}

function requireBind(text: string): { hosts: string[]; port: number } {
  const bind = parseBind(text);
  if (bind === undefined) throw new TypeError("a bind that was validated is not one");
  return bind;
}

const tlsFilesSchema = z.strictObject({
  cert: z.string().min(1).describe("PEM file with the certificate chain; read again when it changes."),
  key: z.string().min(1).describe("PEM file with the private key; read again when it changes."),
  minVersion: z.enum(["TLSv1.2", "TLSv1.3"]).default("TLSv1.2").describe("The oldest TLS version taken."),
  clientCa: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file of the CA that clients' certificates must come from; clients without one are refused."),
});

/** `tls: { cert, key, … }`. Paths as written: relative to the config file. */
export type TlsFiles = z.output<typeof tlsFilesSchema>;

const tlsSchema = z
  .union([z.literal("auto"), tlsFilesSchema], { error: 'must be "auto" or { cert, key }' })
  .describe("`auto`: certificates from the local CA; or files of your own.");

const proxyProtocol = z
  .boolean()
  .default(false)
  .describe("A PROXY protocol header, v1 or v2, stands in front of each connection; taken from trustedProxies only.");
const serviceName = z.string().min(1).describe("The service that gets the bytes.");

/** As a client gives it in its handshake, or a wildcard for names below a domain, or `*` for all others. */
const serverName = z.string().superRefine((text, context) => {
  const parsed = text === "*" ? undefined : parseHostPattern(text);
  if (parsed !== undefined && "problem" in parsed) context.addIssue({ code: "custom", message: parsed.problem });
  else if (text.startsWith("["))
    context.addIssue({ code: "custom", message: "must be a name: addresses are never given" });
});

const serverNames = z.record(serverName, z.string().min(1)).superRefine((names, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(names)) {
    if (seen.has(name.toLowerCase())) {
      context.addIssue({ code: "custom", path: [name], message: "is given twice: server names ignore case" });
    }
    seen.add(name.toLowerCase());
  }
});

const httpListener = z
  .strictObject({
    http: bindSchema.describe("HTTP/1.1, and h2c by prior knowledge."),
    redirect: z
      .literal("https", { error: "must be https" })
      .optional()
      .describe("Answer every request with 308 to the same URL on the first https listener, in place of routing it."),
    proxyProtocol,
  })
  .transform(({ http, ...rest }) => ({ kind: "http" as const, ...http, ...rest }));

const httpsListener = z
  .strictObject({
    https: bindSchema.describe("TLS termination; HTTP/2 and HTTP/1.1 by ALPN."),
    tls: tlsSchema.default("auto"),
    proxyProtocol,
  })
  .transform(({ https, ...rest }) => ({ kind: "https" as const, ...https, ...rest }));

const tcpListener = z
  .strictObject({
    tcp: bindSchema.describe("Layer 4: bytes to a service's tcp:// endpoints."),
    service: serviceName.optional(),
    sni: serverNames
      .optional()
      .describe(
        "TLS server name → service, without terminating TLS: a name, a wildcard (*.db.localhost), or `*` for the rest. Clients of PostgreSQL are answered their question for TLS.",
      ),
    proxyProtocol,
  })
  .transform(({ tcp, ...rest }) => ({ kind: "tcp" as const, ...tcp, ...rest }));

const udpListener = z
  .strictObject({
    udp: bindSchema.describe("Layer 4: datagrams to a service's udp:// endpoints."),
    service: serviceName,
  })
  .transform(({ udp, ...rest }) => ({ kind: "udp" as const, ...udp, ...rest }));

/** One entry of `listeners:`. */
export const listenerSchema = z.union([httpListener, httpsListener, tcpListener, udpListener], {
  error: "must be a listener: { http: PORT }, { https: PORT, tls }, { tcp: PORT, service } or { udp: PORT, service }",
});

/** `listeners:`. A bare port binds 127.0.0.1 and ::1. */
export const listenersSchema = z
  .array(listenerSchema, { error: "must be a list of listeners, as in [{ http: 8080 }]" })
  .min(1, { error: "must have at least one listener, as in [{ http: 8080 }]" })
  .prefault([{ http: 8080 }])
  .describe("Where clients connect. Routes apply to every http and https listener.");

/** One listener, normalised. `hosts` are the addresses to bind; `port` 0 takes any free one. */
export type Listener = z.output<typeof listenersSchema>[number];

/** `limits:` of the whole gateway. Durations in ms, sizes in bytes. */
export const limitsSchema = z
  .strictObject({
    connections: countSchema
      .default(10_000)
      .describe(
        "Client connections open at once; beyond it, and beyond connectionsPerIp, they are reset. Also: UDP sessions of one listener; beyond it the quietest gives way.",
      ),
    connectionsPerIp: countSchema
      .default(1_000)
      .describe(
        "Client connections open at once from one address, of IPv6 from one /64. Loopback clients are not counted.",
      ),
    requests: countSchema.default(10_000).describe("Requests in flight at once; beyond it 503 with Retry-After."),
    headerBytes: sizeSchema.prefault("16KiB").describe("Size of a request head; beyond it 431."),
    bodyBytes: sizeSchema.prefault("100MiB").describe("Size of a request body; beyond it 413."),
    headerTimeout: durationSchema.prefault("10s").describe("Time for a whole request head; then 408."),
    bodyTimeout: durationSchema.prefault("60s").describe("Time without any progress of a request body; then 408."),
    keepAliveTimeout: durationSchema.prefault("65s").describe("How long an idle client connection is kept."),
    drainTimeout: durationSchema.prefault("10s").describe("How long requests in flight may finish after Ctrl-C."),
  })
  .prefault({})
  .describe("Limits of the whole gateway.");

export type Limits = z.output<typeof limitsSchema>;
