import { isLocalPattern } from "../../http/tls/local-names.ts";
import { formatHost } from "../../routing/match-spec.ts";
import { type ConfigPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Redirects to https without an https listener (GW0111); hosts that the local CA has no certificate for (GW0121). */
export function checkTls(parts: SoundParts, input: unknown): Problem[] {
  return [...checkRedirects(parts), ...checkHosts(parts, input)];
}

function checkRedirects({ listeners }: SoundParts): Problem[] {
  // One that could not be understood may be the https listener.
  if (listeners.some((listener) => listener === undefined || listener.kind === "https")) return [];
  return listeners.flatMap((listener, i) => {
    if (listener?.kind !== "http" || listener.redirect === undefined) return [];
    const hint = "add one, as in { https: 8443 }, or remove `redirect`";
    return [problem("GW0111", ["listeners", i, "redirect"], "there is no https listener to redirect to", hint)];
  });
}

/** Certificates of the user's own may be for any host; which, the clients say soon enough. */
function checkHosts({ listeners, routes }: SoundParts, input: unknown): Problem[] {
  const settings = listeners.flatMap((listener) => (listener?.kind === "https" ? [listener.tls] : []));
  if (settings.length === 0 || settings.some((tls) => tls !== "auto")) return [];
  return routes.flatMap((route, i) =>
    (route?.match ?? []).flatMap(({ host }, j): Problem[] => {
      if (host === undefined || isLocalPattern(host)) return [];
      const message = `the local CA makes no certificate for ${formatHost(host)}`;
      const hint = "use a name below .localhost or .test, or give a certificate of your own under `tls:`";
      return [{ code: "GW0121", severity: "warning", path: hostPath(input, i, j), at: "value", message, hint }];
    }),
  );
}

/** `match` is one mapping, or a list of them. */
function hostPath(input: unknown, route: number, match: number): ConfigPath {
  const path = ["routes", route, "match"];
  return isMapping(valueAt(input, path)) ? [...path, "host"] : [...path, match, "host"];
}
