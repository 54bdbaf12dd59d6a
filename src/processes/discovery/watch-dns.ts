import type { Millis } from "../../shared/clock.ts";
import type { Timers } from "../../shared/timers.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import type { DnsLook } from "./dns-look.ts";
import type { EndpointWatch, Finding } from "./finding.ts";

/** A TTL below this does not make the questions more frequent; a `refresh` below it does. */
const SHORTEST_TTL: Millis = 1_000;

export interface DnsWatchOptions {
  readonly look: () => Promise<DnsLook>;
  /** How the name is called in messages. */
  readonly name: string;
  /** The longest time between two looks. */
  readonly refreshMs: Millis;
  readonly timers: Timers;
  onFinding(finding: Finding): void;
}

/**
 * Asks DNS again and again: when the shortest TTL is over, and after `refresh` at the latest.
 *
 * - An answer with addresses is taken as it is: what is not in it leaves.
 * - What goes wrong (no answer, SERVFAIL, NXDOMAIN) leaves what is known, for as long as it lasts; asked again after 1 s,
 *   2 s, 4 s … up to `refresh`. Envoy does so, too; HAProxy would for `hold`'s 30 s.
 * - An answer without any address is believed the second time, a second later: a name server that is just being filled
 *   must not take a whole service away.
 */
export function watchDns({ look, name, refreshMs, timers, onFinding }: DnsWatchOptions): EndpointWatch {
  let closed = false;
  let forget = (): void => {};
  let known: readonly EndpointSpec[] = [];
  let failures = 0;
  let isEmptyOnce = false;
  /** What an episode of failures began with: what else goes wrong in it is not told. */
  let trouble: string | undefined;

  const soonest = Math.min(SHORTEST_TTL, refreshMs);
  const take = (found: DnsLook): Millis => {
    const isSuddenlyEmpty = found.trouble === undefined && found.endpoints.length === 0 && known.length > 0;
    if (isSuddenlyEmpty && !isEmptyOnce) {
      isEmptyOnce = true;
      return soonest;
    }
    isEmptyOnce = false;
    // Of a failure, too: each name has kept what it knew, and others may be new.
    known = found.trouble !== undefined && found.endpoints.length === 0 ? known : found.endpoints;
    trouble = found.trouble === undefined ? emptyTrouble(found, name) : (trouble ?? troubleText(found.trouble, known));
    onFinding({ endpoints: known, troubles: trouble === undefined ? [] : [trouble] });
    failures = found.trouble === undefined ? 0 : failures + 1;
    if (failures > 0) return Math.min(refreshMs, SHORTEST_TTL * 2 ** Math.min(failures - 1, 16));
    return Math.min(refreshMs, Math.max(SHORTEST_TTL, found.ttlMs));
  };
  const round = async (): Promise<void> => {
    const found = await look();
    if (closed) return;
    const wait = take(found);
    forget = timers.after(wait, () => void round());
  };
  return {
    ready: round(),
    close() {
      closed = true;
      forget();
    },
  };
}

function emptyTrouble({ endpoints }: DnsLook, name: string): string | undefined {
  return endpoints.length === 0 ? `DNS has no address for ${name}` : undefined;
}

function troubleText(trouble: string, known: readonly EndpointSpec[]): string {
  const { length } = known;
  if (length === 0) return `${trouble}; there are no endpoints until it does`;
  return `${trouble}; ${length === 1 ? "its last known endpoint stays" : `its ${length} last known endpoints stay`}`;
}
