import { type ConfigPath, isMapping } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import { foundAt } from "./reading.ts";

/** Something in a Compose file, and where it stands. */
export interface Placed {
  readonly value: unknown;
  readonly path: ConfigPath;
}

/** A service of a Compose file, with what it has of the services that it extends. */
export interface ComposeService {
  readonly name: string;
  readonly path: ConfigPath;
  /** Of the service itself first. */
  readonly ports: readonly Placed[];
  /** `labels`, those of the service itself last: they win. */
  readonly labels: readonly Placed[];
  readonly networkMode: Placed | undefined;
  readonly replicas: Placed | undefined;
}

/** Collects a service and, within the file, what it `extends`. Mistakes are added to `problems`. */
export function composeService(
  services: Readonly<Record<string, unknown>>,
  name: string,
  problems: Problem[],
): ComposeService | undefined {
  const chain = extendsChain(services, name, problems);
  if (chain === undefined) return undefined;
  const first = (read: (body: Record<string, unknown>) => Placed["value"], keys: ConfigPath): Placed | undefined => {
    const found = chain.find(({ body }) => read(body) !== undefined);
    return found && { value: read(found.body), path: [...found.path, ...keys] };
  };
  return {
    name,
    path: ["services", name],
    ports: chain.flatMap(({ body, path }) => listOf(body["ports"], [...path, "ports"], problems)),
    labels: chain.toReversed().map(({ body, path }) => ({ value: body["labels"], path: [...path, "labels"] })),
    networkMode: first((body) => body["network_mode"], ["network_mode"]),
    replicas: first((body) => inDeploy(body), ["deploy", "replicas"]) ?? first((body) => body["scale"], ["scale"]),
  };
}

interface Link {
  readonly body: Record<string, unknown>;
  readonly path: ConfigPath;
}

/** The service, the one it extends, the one that extends, … */
function extendsChain(
  services: Readonly<Record<string, unknown>>,
  name: string,
  problems: Problem[],
): Link[] | undefined {
  const chain: Link[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = name; next !== undefined; ) {
    const path: ConfigPath = ["services", next];
    const body: unknown = Object.hasOwn(services, next) ? services[next] : undefined;
    if (!isMapping(body) || seen.has(next)) {
      const at = chain.length === 0 ? path : [...(chain.at(-1) as Link).path, "extends"];
      const what = seen.has(next) ? "extends itself" : chain.length === 0 ? "is no mapping" : "is not there to extend";
      problems.push(foundAt("GW0161", "error", at, `service ${next} ${what}`));
      return undefined;
    }
    seen.add(next);
    chain.push({ body, path });
    next = extendedBy(body, path, problems);
  }
  return chain;
}

function extendedBy(body: Record<string, unknown>, path: ConfigPath, problems: Problem[]): string | undefined {
  const { extends: base } = body;
  if (typeof base === "string") return base;
  if (!isMapping(base)) return undefined;
  if (base["file"] !== undefined) {
    const message = "what it extends in another file is not looked at";
    problems.push(foundAt("GW0164", "warning", [...path, "extends"], message));
    return undefined;
  }
  return typeof base["service"] === "string" ? base["service"] : undefined;
}

function inDeploy({ deploy }: Record<string, unknown>): unknown {
  return isMapping(deploy) ? deploy["replicas"] : undefined;
}

function listOf(value: unknown, path: ConfigPath, problems: Problem[]): Placed[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item, i) => ({ value: item as unknown, path: [...path, i] }));
  problems.push(foundAt("GW0161", "error", path, "`ports` must be a list"));
  return [];
}
