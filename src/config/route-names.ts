import type { RouteDocument } from "./route-schema.ts";

type Named = Pick<RouteDocument, "name" | "match" | "service">;

/**
 * A name for every route: the one given; else the path of its first match without the slashes around it
 * (`/users` → `users`, `/orders/{id}` → `orders/{id}`); for the path `/` or a regular expression its service's name;
 * else `route-N`, N its place in the file from 1. A made name that is taken gets `-2`, `-3` … behind it.
 * Routes that could not be read (`undefined`) keep their place.
 */
export function nameRoutes(routes: readonly (Named | undefined)[]): string[] {
  const taken = new Set(routes.flatMap((route) => route?.name ?? []));
  return routes.map((route, i) => {
    if (route?.name !== undefined) return route.name;
    const wanted = (route && (pathName(route) || route.service)) || `route-${i + 1}`;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
    taken.add(name);
    return name;
  });
}

function pathName(route: Named): string | undefined {
  const path = route.match[0]?.path;
  if (path === undefined || path.kind === "regex") return undefined;
  return path.text.replace(/^\/+|\/+$/g, "");
}
