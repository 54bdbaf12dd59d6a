/** How much more than its even share the own zone may be given before some of the traffic goes elsewhere. */
export const OVERPROVISION = 1.4;

/** What the choice of a zone depends on; a live endpoint has these fields. */
export interface Zoned {
  readonly spec: { readonly zone?: string | undefined };
}

/** How traffic is divided between the own zone and the others. */
export interface ZoneSplit<E> {
  readonly local: readonly E[];
  readonly remote: readonly E[];
  /** The part of the traffic that stays in the own zone. */
  readonly localShare: number;
}

/**
 * Divides what is eligible by zone. All traffic stays in the own zone while enough of its endpoints are eligible; when
 * fewer are, the rest spills over: the share that stays is 1.4 times the eligible part, at most all of it (Envoy's
 * locality weights with its overprovisioning factor).
 *
 * @param members all endpoints that the user lets have traffic, eligible or not
 * @returns `undefined` where zones make no difference
 */
export function splitByZone<E extends Zoned>(
  members: readonly Zoned[],
  eligible: readonly E[],
  zone: string | undefined,
): ZoneSplit<E> | undefined {
  if (zone === undefined) return undefined;
  const own = (endpoint: Zoned): boolean => endpoint.spec.zone === zone;
  const local = eligible.filter(own);
  const remote = eligible.filter((endpoint) => !own(endpoint));
  if (local.length === 0 || remote.length === 0) return undefined;
  const localShare = Math.min(1, (OVERPROVISION * local.length) / members.filter(own).length);
  return { local, remote, localShare };
}
