import { type ConfigPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import type { Service } from "../schema.ts";
import type { SoundParts } from "../sound-parts.ts";

/** What a service's keys would do with requests, which layer 4 does not see. */
const OF_REQUESTS: Readonly<Record<string, string>> = {
  sticky: "cookies are in requests",
  hedge: "only requests can be sent twice",
  http2: "bytes are passed on as they come",
  tls: "bytes are passed on as they come: a client's TLS ends at the endpoint",
};

/** Keys of tcp:// and udp:// services that mean nothing there (GW0156): refused, so that nobody relies on them. */
export function checkLayerFour({ services }: SoundParts, input: unknown): Problem[] {
  return [...services].flatMap(([name, service]) => {
    const protocol = protocolOf(service);
    const path = ["services", name];
    const written = valueAt(input, path);
    if (service === undefined || (protocol !== "tcp" && protocol !== "udp") || !isMapping(written)) return [];
    const keys = Object.entries(OF_REQUESTS).filter(([key]) => written[key] !== undefined && written[key] !== false);
    return [
      ...keys.map(([key, why]) => refusal([...path, key], key, protocol, why)),
      ...(protocol === "udp" && service.proxyProtocol !== undefined
        ? [refusal([...path, "proxyProtocol"], "proxyProtocol", protocol, "a datagram has no beginning to tell it in")]
        : []),
      ...keyProblems(service, path, protocol),
    ];
  });
}

/** All that can be hashed of a client is its address. */
function keyProblems({ algorithm: { key } }: Service, path: ConfigPath, protocol: string): Problem[] {
  if (key === undefined || key.from === "ip") return [];
  return [
    refusal([...path, "algorithm", "key"], "algorithm.key", protocol, "all that is known of a client is its address"),
  ];
}

function refusal(path: ConfigPath, key: string, protocol: string, why: string): Problem {
  return problem("GW0156", path, `\`${key}\` means nothing to ${protocol}:// endpoints: ${why}`, "remove it");
}

function protocolOf(service: Service | undefined): string | undefined {
  return service?.endpoints?.kind === "list" ? service.endpoints.list[0]?.protocol : undefined;
}
