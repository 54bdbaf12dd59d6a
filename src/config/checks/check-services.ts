import { isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { Service } from "../schema.ts";
import type { SoundParts } from "../sound-parts.ts";
import { type ServiceReference, serviceReferences } from "./check-references.ts";

type Layer = "http" | "tcp" | "udp";

/** Services nobody leads to (GW0115), listeners and routes that lead to a service of another layer (GW0111). */
export function checkServices(parts: SoundParts, input: unknown): Problem[] {
  const references = serviceReferences(parts, input);
  const used = new Set(references.map(({ service }) => service));
  const unused = [...parts.services.keys()].filter((name) => parts.isWhole && !used.has(name));
  return [
    ...references.flatMap(({ service, path }) => {
      const wanted = wantedLayer(parts, path);
      const actual = layerOf(parts.services.get(service));
      if (actual === undefined || actual === wanted) return [];
      const hint = `it needs a service with ${wanted}:// endpoints`;
      return [problem("GW0111", path, `service \`${service}\` speaks ${actual}`, hint)];
    }),
    ...checkFound(parts, references),
    ...checkListeners(parts, input),
    ...unused.map(
      (name): Problem => ({
        code: "GW0115",
        severity: "note",
        path: ["services", name],
        at: "key",
        message: `no route or listener leads to service \`${name}\``,
      }),
    ),
  ];
}

function wantedLayer(parts: SoundParts, path: readonly (string | number)[]): Layer {
  if (path[0] !== "listeners") return "http";
  return parts.listeners[Number(path[1])]?.kind === "udp" ? "udp" : "tcp";
}

/** `undefined` where it is not known: discovered endpoints, or `run`. */
function layerOf(service: Service | undefined): Layer | undefined {
  const protocol = service?.endpoints?.kind === "list" ? service.endpoints.list[0]?.protocol : undefined;
  return protocol === "https" ? "http" : protocol;
}

/** What endpoints speak that are found is what leads to them: that must be one thing, and `health` must fit it. */
function checkFound(parts: SoundParts, references: readonly ServiceReference[]): Problem[] {
  return [...parts.services].flatMap(([name, service]) => {
    if (service?.endpoints === undefined || service.endpoints.kind === "list") return [];
    const own = references.filter((reference) => reference.service === name);
    const [first, ...others] = own.map(({ path }) => ({ path, layer: wantedLayer(parts, path) }));
    if (first === undefined) return [];
    const other = others.find(({ layer }) => layer !== first.layer);
    if (other === undefined) return checkHealth(name, service, first.layer);
    const message = `service \`${name}\` is wanted for ${other.layer} here, and for ${first.layer} elsewhere`;
    return [problem("GW0111", other.path, message, "give each a service of its own")];
  });
}

/** As for endpoints that are written out. */
function checkHealth(name: string, { health }: Service, layer: Layer): Problem[] {
  if (health === false || layer === "http") return [];
  const path = ["services", name, "health"];
  if (layer === "udp") return [problem("GW0111", path, "cannot check udp endpoints: UDP accepts no connection")];
  if (health.check.kind !== "http") return [];
  return [problem("GW0111", [...path, "path"], "cannot ask a path of tcp endpoints", "write health: { tcp: true }")];
}

/** A TCP listener leads somewhere, and in one way. */
function checkListeners(parts: SoundParts, input: unknown): Problem[] {
  return parts.listeners.flatMap((listener, i) => {
    const path = ["listeners", i];
    const written = valueAt(input, path);
    if (listener?.kind !== "tcp" || !isMapping(written)) return [];
    const hasService = written["service"] !== undefined;
    const hasSni = written["sni"] !== undefined;
    if (hasService !== hasSni) return [];
    const hint = "give one service, or sni: names with services";
    if (!hasService) return [problem("GW0104", path, `listeners[${i}] leads nowhere`, hint)];
    return [problem("GW0111", [...path, "sni"], "`sni` and `service` exclude each other", hint)];
  });
}
