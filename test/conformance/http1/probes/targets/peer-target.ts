import { installedVersion, type PeerKind, type PeerLane, startPeer } from "../../../peers/peer.ts";
import type { Probe } from "../probe.ts";
import type { ProbeTarget } from "../run-probe.ts";

/**
 * Another proxy, with a lane of its own for every probe.
 * @returns `undefined` where it is not installed
 */
export async function createPeerTarget(kind: PeerKind, probes: readonly Probe[]): Promise<ProbeTarget | undefined> {
  const version = installedVersion(kind);
  if (version === undefined) return undefined;
  const peer = await startPeer(
    kind,
    probes.map(({ impatient }) => impatient === true),
  );
  const lane = (index: number): PeerLane => peer.lanes[index] as PeerLane;
  return {
    name: `${kind.name} ${version}`,
    hasTcp: false,
    // It can only lose by being given up early, and nothing depends on that.
    patienceMs: 1_000,
    endpointAddress: (index) => ({ path: lane(index).endpoint }),
    open: (index) => Promise.resolve({ path: lane(index).front }),
    release: () => Promise.resolve(),
    close: () => peer.stop(),
  };
}
