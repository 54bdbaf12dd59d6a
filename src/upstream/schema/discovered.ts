import { isIP } from "node:net";
import { z } from "zod";
import { positiveDuration } from "./positive-duration.ts";

const PORT = /^\d{1,5}$/;
/** RFC 1035 section 2.3.1, and the underscore of RFC 2782; a closing dot is allowed. */
const NAME = /^(?=.{1,254}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$/;

const portSchema = z.int().min(1).max(65535).describe("Port of every address found.");
const refreshSchema = positiveDuration
  .prefault("10s")
  .describe("The longest time between two looks; an answer whose TTL is shorter is asked for again when it is over.");

const serverSchema = z
  .string()
  .superRefine((text, context) => {
    if (isServer(text)) return;
    const params = { code: "GW0163", hint: "write server: 127.0.0.1:5353, or server: 10.0.0.2 for port 53" };
    context.addIssue({ code: "custom", message: `is not a DNS server's address and port: ${text}`, params });
  })
  .describe("Address of a DNS server, with its port if that is not 53.");

const serversSchema = z
  .union([serverSchema.transform((one) => [one] as readonly string[]), z.array(serverSchema).min(1)], {
    error: "must be the address of a DNS server, or a list of them",
  })
  .optional()
  .describe("DNS servers to ask instead of the system's, or of those in the variable GATEWAYCTL_DNS.");

const nameSchema = z.string().superRefine((text, context) => {
  const problem = nameProblem(text);
  if (problem === undefined) return;
  const [message, hint] = problem;
  context.addIssue({ code: "custom", message, params: { code: "GW0163", hint } });
});

export const dnsSchema = z
  .strictObject({
    dns: nameSchema.describe("Name whose A and AAAA records are the endpoints."),
    port: portSchema,
    refresh: refreshSchema,
    server: serversSchema,
  })
  .transform((value) => ({ kind: "dns" as const, ...value }));

export const srvSchema = z
  .strictObject({
    srv: nameSchema.describe("Name whose SRV records are the endpoints, with their ports and weights."),
    refresh: refreshSchema,
    server: serversSchema,
  })
  .transform((value) => ({ kind: "srv" as const, ...value }));

export const composeSchema = z
  .strictObject({
    compose: z.string().min(1).describe("Path of a Compose file; watched."),
    service: z.string().min(1).describe("Service of that file."),
    port: portSchema.describe("Port inside the container, as published by the file."),
  })
  .transform((value) => ({ kind: "compose" as const, ...value }));

export const fileSchema = z
  .strictObject({
    file: z.string().min(1).describe("JSON or YAML file with a list of endpoints as one is written here; watched."),
  })
  .transform((value) => ({ kind: "file" as const, ...value }));

/** "10.0.0.2", "10.0.0.2:5353", "fd00::2", "[fd00::2]:5353". */
export function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, v6, v4, port = ""] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const isAddress = v6 === undefined ? isIP(v4 ?? "") === 4 : isIP(v6) === 6;
  return isAddress && PORT.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
}

function nameProblem(text: string): [message: string, hint: string] | undefined {
  if (isIP(text.replace(/^\[|\]$/g, "")) !== 0) {
    return [`is an address, which needs no DNS: ${text}`, `write endpoints: [http://${text}:4001]`];
  }
  const inner = /^[a-z]+:\/\/([^/:]+)/i.exec(text)?.[1] ?? /^([^/:]+):\d+$/.exec(text)?.[1];
  if (inner !== undefined) return [`is not a name alone: ${text}`, `write ${inner} here; the port is a key of its own`];
  return NAME.test(text) ? undefined : [`is not a name that DNS has: ${text}`, "write it as orders.internal"];
}
