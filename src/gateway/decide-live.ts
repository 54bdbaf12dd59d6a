import { createDecider, type Decision } from "./decide.ts";
import type { Gateway } from "./gateway.ts";
import type { SyntheticRequest } from "./synthetic-request.ts";

/**
 * What a running gateway would do with so many equal requests, with what it knows now of its endpoints.
 * @throws GatewayError GW0002 if the URL cannot be read
 */
export function decideLive(gateway: Pick<Gateway, "runtime">, request: SyntheticRequest, count: number): Decision[] {
  const decider = createDecider(gateway.runtime);
  return Array.from({ length: count }, () => decider.decide(request));
}
