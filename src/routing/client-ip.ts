import { createNetworkTest } from "./networks.ts";
import type { Predicate } from "./predicate.ts";

/** The condition that the client's address is in one of the networks, given in CIDR notation. */
export function createClientIpPredicate(networks: readonly string[]): Predicate {
  const contains = createNetworkTest(networks);
  return {
    holds: ({ clientIp }) => contains(clientIp),
    reason: ({ clientIp }) =>
      `client address ${clientIp === "" ? "(none)" : clientIp} is not in ${networks.join(", ")}`,
  };
}
