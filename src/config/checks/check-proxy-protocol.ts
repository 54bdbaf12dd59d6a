import { isMapping } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Listeners that wait for a PROXY protocol header which nobody is trusted to send (GW0124). */
export function checkProxyProtocol(parts: SoundParts, input: unknown): Problem[] {
  const trusted = isMapping(input) ? input["trustedProxies"] : undefined;
  const isNobody = trusted === undefined || (Array.isArray(trusted) && trusted.length === 0);
  if (!isNobody) return [];
  return parts.listeners.flatMap((listener, i) => {
    if (listener === undefined || listener.kind === "udp" || !listener.proxyProtocol) return [];
    const message = "this listener refuses everybody: no proxy is trusted to send the PROXY protocol";
    const hint = "name the proxies in front of it, as in trustedProxies: [10.0.0.0/8]";
    return [problem("GW0124", ["listeners", i, "proxyProtocol"], message, hint)];
  });
}
