import { nearest } from "../../shared/nearest.ts";
import type { Listener } from "../../http/schema.ts";
import { type ConfigPath, formatPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { RouteDocument } from "../route-schema.ts";
import type { SoundParts } from "../sound-parts.ts";

/** A place that names a service. */
export interface ServiceReference {
  readonly service: string;
  readonly path: ConfigPath;
  /** A service that is the key of a mapping (`split`) is pointed at there. */
  readonly at: "key" | "value";
}

/** Every place that names a service. `input` is the file's value, which tells the two forms of `split` apart. */
export function serviceReferences(parts: SoundParts, input: unknown): ServiceReference[] {
  return [
    ...parts.listeners.flatMap((listener, i) => (listener ? ofListener(listener, ["listeners", i]) : [])),
    ...parts.routes.flatMap((route, i) => (route ? ofRoute(route, ["routes", i], input) : [])),
  ];
}

function ofListener(listener: Listener, path: ConfigPath): ServiceReference[] {
  const direct = "service" in listener && listener.service !== undefined ? [listener.service] : [];
  const sni = "sni" in listener && listener.sni !== undefined ? Object.entries(listener.sni) : [];
  return [
    ...direct.map((service) => ({ service, path: [...path, "service"], at: "value" as const })),
    ...sni.map(([name, service]) => ({ service, path: [...path, "sni", name], at: "value" as const })),
  ];
}

function ofRoute(route: RouteDocument, path: ConfigPath, input: unknown): ServiceReference[] {
  const value = (service: string, ...steps: string[]): ServiceReference => ({
    service,
    path: [...path, ...steps],
    at: "value",
  });
  const written = valueAt(input, [...path, "split"]);
  const to = isMapping(written) && isMapping(written["to"]) ? ["split", "to"] : ["split"];
  return [
    ...(route.service === undefined ? [] : [value(route.service, "service")]),
    ...Object.keys(route.split?.to ?? {}).map(
      (service): ServiceReference => ({ service, path: [...path, ...to, service], at: "key" }),
    ),
    ...(route.mirror === undefined ? [] : [value(route.mirror.service, "mirror", "service")]),
    ...Object.entries(route.compose ?? {}).map(([part, { service }]) => value(service, "compose", part, "service")),
  ];
}

/** Services, consumers and versions that are named and not defined (GW0105, GW0119). */
export function checkReferences(parts: SoundParts, input: unknown): Problem[] {
  const services = serviceReferences(parts, input)
    .filter(({ service }) => !parts.services.has(service))
    .map(
      ({ service, path, at }): Problem => ({
        code: "GW0105",
        severity: "error",
        path,
        at,
        message: `there is no service \`${service}\``,
        hint: nameHint(service, [...parts.services.keys()], "services"),
      }),
    );
  return [...services, ...checkConsumers(parts), ...checkVersions(parts)];
}

function checkConsumers(parts: SoundParts): Problem[] {
  const known = parts.consumers.map(({ name }) => name);
  const places = [
    { authorize: parts.policies.authorize, path: ["policies"] as ConfigPath },
    ...parts.routes.map((route, i) => ({ authorize: route?.policies.authorize, path: ["routes", i, "policies"] })),
  ];
  return places.flatMap(({ authorize, path }) => {
    const named = authorize === undefined || authorize === false ? [] : (authorize.consumers ?? []);
    return named.flatMap((consumer, i) => {
      if (known.includes(consumer)) return [];
      const at = [...path, "authorize", "consumers", i];
      return [problem("GW0119", at, `there is no consumer \`${consumer}\``, nameHint(consumer, known, "consumers"))];
    });
  });
}

function checkVersions(parts: SoundParts): Problem[] {
  const { versions = [], versioning } = parts;
  const fallback = versioning?.default;
  const inDefault =
    fallback === undefined || versions.includes(fallback)
      ? []
      : [
          problem(
            "GW0119",
            ["versioning", "default"],
            `there is no version \`${fallback}\``,
            nameHint(fallback, versions, "versioning.versions"),
          ),
        ];
  const inRoutes = parts.routes.flatMap((route, i) => {
    if (route?.version === undefined || parts.versions?.includes(route.version)) return [];
    if (parts.versions === undefined && !parts.isWhole) return [];
    const path = ["routes", i, "version"];
    const hint = nameHint(route.version, parts.versions ?? [], "versioning.versions");
    return [problem("GW0119", path, `there is no version \`${route.version}\``, hint)];
  });
  return [...inDefault, ...inRoutes];
}

function nameHint(name: string, known: readonly string[], section: string): string {
  const close = nearest(name, known);
  if (close !== undefined) return `did you mean \`${close}\`?`;
  if (known.length === 0) return `nothing is defined under ${formatPath(section.split("."))}`;
  const shown = known.slice(0, 8).join(", ");
  return `defined: ${shown}${known.length > 8 ? ` and ${known.length - 8} more` : ""}`;
}
