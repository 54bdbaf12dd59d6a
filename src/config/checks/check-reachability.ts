import type { RequestSample } from "../../routing/sample.ts";
import { findShadowed, type ShadowedRoute } from "../../routing/shadow.ts";
import type { Problem } from "../diagnostic.ts";
import { nameRoutes } from "../route-names.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Routes that no request can reach (GW0114), only where that is proved; with a request that shows it. */
export function checkReachability(parts: SoundParts): Problem[] {
  const names = nameRoutes(parts.routes);
  const routes = parts.routes.map((route, i) => ({ name: names[i] ?? "", match: route?.match ?? [] }));
  return findShadowed(routes).map((shadowed) => unreachable(shadowed, names));
}

function unreachable({ route, by, witness }: ShadowedRoute, names: readonly string[]): Problem {
  const shown = witness && describe(witness);
  return {
    code: "GW0114",
    severity: "warning",
    path: ["routes", route],
    at: "value",
    message: `no request can reach route \`${names[route]}\`: \`${names[by]}\` takes all that it matches`,
    hint: shown === undefined ? undefined : `see gatewayctl route ${shown}`,
    witness: shown,
  };
}

/** As `gatewayctl route` takes it. */
function describe({ method, host, path, query, headers, clientIp }: RequestSample): string {
  const fields = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  const ip = clientIp === "127.0.0.1" ? "" : ` --ip ${clientIp}`;
  return `${method} http://${host}${path}${query === "" ? "" : `?${query}`}${fields.join("")}${ip}`;
}
