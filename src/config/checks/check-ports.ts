import type { Listener } from "../../http/schema.ts";
import { type ConfigPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

interface Bound {
  readonly transport: "tcp" | "udp";
  readonly hosts: readonly string[];
  readonly port: number;
  /** As in "listeners[0]". */
  readonly label: string;
  readonly path: ConfigPath;
}

/** Ports taken twice (GW0112), listeners open to other machines (GW0116), endpoints that lead back here (GW0117). */
export function checkPorts(parts: SoundParts, input: unknown): Problem[] {
  const bound = parts.listeners.flatMap((listener, i) => (listener === undefined ? [] : [bindOf(listener, i)]));
  if (typeof parts.admin === "number") {
    const hosts = ["127.0.0.1", "::1"];
    bound.push({ transport: "tcp", hosts, port: parts.admin, label: "admin", path: ["admin"] });
  }
  return [...duplicates(bound), ...bound.flatMap(wideBind), ...loops(parts, bound, input)];
}

function bindOf(listener: Listener, i: number): Bound {
  const transport = listener.kind === "udp" ? "udp" : "tcp";
  const path = ["listeners", i, listener.kind];
  return { transport, hosts: listener.hosts, port: listener.port, label: `listeners[${i}]`, path };
}

function duplicates(bound: readonly Bound[]): Problem[] {
  return bound.flatMap((one, i) => {
    const twin = bound.slice(0, i).find((other) => collide(one, other));
    if (twin === undefined) return [];
    return [problem("GW0112", one.path, `port ${one.port} is taken by ${twin.label}`, "choose another port")];
  });
}

/** Port 0 is any free port, and never taken. */
function collide(a: Bound, b: Bound): boolean {
  if (a.port === 0 || a.port !== b.port || a.transport !== b.transport) return false;
  return a.hosts.some((host) =>
    b.hosts.some((other) => host === other || overlaps(host, other) || overlaps(other, host)),
  );
}

function overlaps(wide: string, host: string): boolean {
  return wide === "::" || (wide === "0.0.0.0" && !host.includes(":"));
}

function wideBind({ hosts, path }: Bound): Problem[] {
  const open = hosts.find((host) => !isLoopback(host));
  if (open === undefined) return [];
  const message = `this listener is open to other machines: it binds ${open}`;
  const hint = "if that is not meant, give the bare port";
  return [{ code: "GW0116", severity: "warning", path, at: "value", message, hint }];
}

/** Whether only this machine can connect to a listener that binds `host`. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host === "localhost" || host.endsWith(".localhost") || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function loops(parts: SoundParts, bound: readonly Bound[], input: unknown): Problem[] {
  return [...parts.services].flatMap(([name, service]) => {
    const list = service?.endpoints?.kind === "list" ? service.endpoints.list : [];
    return list.flatMap((endpoint, i) => {
      const transport = endpoint.protocol === "udp" ? "udp" : "tcp";
      const target = bound.find(
        (one) => one.port === endpoint.port && one.transport === transport && leadsTo(endpoint.host, one.hosts),
      );
      if (target === undefined) return [];
      const hint =
        target.label === "admin" ? "a service must not reach the admin port" : "requests would go round for ever";
      return [
        problem("GW0117", endpointPath(input, name, i), `${endpoint.id} is this gateway itself: ${target.label}`, hint),
      ];
    });
  });
}

/** Whether connecting to `host` reaches a listener on `hosts`. Other addresses of this machine are not looked up. */
function leadsTo(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase();
  if (hosts.includes(name)) return true;
  if (!isLoopback(name) && name !== "0.0.0.0" && name !== "::") return false;
  const isName = name === "localhost" || name.endsWith(".localhost");
  return hosts.some((bound) => (isName ? isLoopback(bound) || overlaps(bound, "127.0.0.1") : overlaps(bound, name)));
}

/** A service is a URL, a list of endpoints, or an object with them. */
function endpointPath(input: unknown, service: string, i: number): ConfigPath {
  const path = ["services", service];
  const written = valueAt(input, path);
  if (typeof written === "string") return path;
  return isMapping(written) && Array.isArray(written["endpoints"]) ? [...path, "endpoints", i] : [...path, i];
}
