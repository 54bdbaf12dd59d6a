import { pathOf, routeOf, uriOf } from "./key.ts";

/** What is to be thrown away: one URI on all routes, all below a path, all of a route, or all. */
export type Purge =
  | { readonly url: string }
  | { readonly prefix: string }
  | { readonly route: string }
  | { readonly all: true };

/** Does a purge concern what is stored under a key? A prefix counts by whole segments, as in routes. */
export function purgeTest(purge: Purge): (key: string) => boolean {
  if ("all" in purge) return () => true;
  if ("route" in purge) return (key) => routeOf(key) === purge.route;
  if ("url" in purge) {
    const { origin, pathname, search } = new URL(purge.url);
    const wanted = new Set([origin + pathname + search, purge.url.replace(/#.*$/s, "")]);
    return (key) => wanted.has(uriOf(key));
  }
  const prefix = purge.prefix.replace(/\/+$/, "");
  return (key) => {
    const path = pathOf(uriOf(key));
    return path === prefix || path.startsWith(`${prefix}/`);
  };
}
