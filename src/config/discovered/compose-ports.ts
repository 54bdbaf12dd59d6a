import { isIP } from "node:net";
import { isMapping } from "../config-path.ts";

/** The first and the last of a range of ports; twice the same for one port. */
export type PortRange = readonly [first: number, last: number];

/** What an entry of `ports` publishes. */
export interface PortMapping {
  /** The address of the host it is bound to; `undefined`: all. */
  readonly hostIp: string | undefined;
  /** `undefined`: Docker draws one. */
  readonly published: PortRange | undefined;
  readonly target: PortRange;
  readonly protocol: string;
}

/** Why an entry of `ports` is none. */
export interface PortProblem {
  readonly problem: string;
}

/**
 * Reads an entry of `ports`, variables filled in: "8080:80", "8080-8089:80", "127.0.0.1:8080:80/tcp", "[::1]:8080:80",
 * "80", 80, or `{ target, published, host_ip, protocol }`. Source: the Compose specification, section "ports".
 */
export function parsePortMapping(entry: unknown): PortMapping | PortProblem {
  if (typeof entry === "number") return fromShort(String(entry));
  if (typeof entry === "string") return fromShort(entry.trim());
  return isMapping(entry) ? fromLong(entry) : { problem: "is neither a port nor { target, published }" };
}

function fromShort(text: string): PortMapping | PortProblem {
  const [, ports = "", protocol = "tcp"] = /^(.*?)(?:\/([a-z]+))?$/i.exec(text) ?? [];
  const cut = ports.lastIndexOf(":");
  const target = parseRange(ports.slice(cut + 1));
  if (target === undefined) return { problem: `is not a port of a container: ${text}` };
  const mapping = { hostIp: undefined, published: undefined, target, protocol: protocol.toLowerCase() };
  if (cut === -1) return mapping;
  const host = ports.slice(0, cut);
  const inner = host.lastIndexOf(":");
  const written = host.slice(inner + 1);
  const published = parseRange(written);
  if (published === undefined && !(written === "" && inner !== -1)) return { problem: `is not a port: ${written}` };
  if (inner === -1) return withRanges({ ...mapping, published });
  const hostIp = host.slice(0, inner).replace(/^\[(.*)\]$/, "$1");
  if (isIP(hostIp) === 0) return { problem: `is bound to an address that is not one: ${hostIp}` };
  return withRanges({ ...mapping, hostIp, published });
}

function fromLong(entry: Record<string, unknown>): PortMapping | PortProblem {
  const { target: inside, published: outside, host_ip: hostIp, protocol = "tcp" } = entry;
  const target = parseRange(textOf(inside));
  if (target === undefined || target[0] !== target[1]) return { problem: "has no `target` that is a port" };
  const isDrawn = outside === undefined || outside === null || outside === "";
  const published = parseRange(textOf(outside));
  if (!isDrawn && published === undefined) return { problem: `is not a port: ${textOf(outside)}` };
  if (hostIp !== undefined && (typeof hostIp !== "string" || isIP(hostIp) === 0)) {
    return { problem: `has a \`host_ip\` that is no address: ${textOf(hostIp)}` };
  }
  return withRanges({ hostIp, published, target, protocol: textOf(protocol).toLowerCase() });
}

/** A range of containers' ports needs one as long on the host. */
function withRanges(mapping: PortMapping): PortMapping | PortProblem {
  const { published, target } = mapping;
  if (published === undefined || target[0] === target[1] || lengthOf(published) === lengthOf(target)) return mapping;
  return { problem: `publishes ${lengthOf(target)} ports on ${lengthOf(published)}` };
}

function lengthOf([first, last]: PortRange): number {
  return last - first + 1;
}

function parseRange(text: string): PortRange | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to)];
  return first >= 1 && first <= last && last <= 65_535 ? [first, last] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The host's ports that lead to a port of the container; `undefined`: it is published, but on a port that is drawn. */
export function hostPorts({ published, target }: PortMapping, port: number): readonly number[] | undefined {
  if (published === undefined) return undefined;
  if (target[0] !== target[1]) return [published[0] + port - target[0]];
  return Array.from({ length: lengthOf(published) }, (_, i) => published[0] + i);
}

/** Whether an entry publishes this port of the container. */
export function publishes({ target, protocol }: PortMapping, port: number, transport: "tcp" | "udp"): boolean {
  return protocol === transport && target[0] <= port && port <= target[1];
}
