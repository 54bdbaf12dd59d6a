import type { Problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Mirrors that lead to where the request goes anyhow (GW0151). */
export function checkMirrors({ routes }: Pick<SoundParts, "routes">): Problem[] {
  return routes.flatMap((route, i): Problem[] => {
    const service = route?.mirror?.service;
    if (route === undefined || service === undefined) return [];
    if (service !== route.service && !Object.hasOwn(route.split?.to ?? {}, service)) return [];
    return [
      {
        code: "GW0151",
        severity: "warning",
        path: ["routes", i, "mirror", "service"],
        at: "value",
        message: `the mirror leads to \`${service}\`, which gets the requests anyhow`,
        hint: "name another service",
      },
    ];
  });
}
