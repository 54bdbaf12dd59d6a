import type { Timers } from "../../shared/timers.ts";
import { nextFloat, type Rng } from "../../shared/rng.ts";
import type { DemoCondition, DemoEndpoint } from "./endpoint.ts";

/** Milliseconds: the first trouble comes soon enough to be seen by somebody who only glances at the demo. */
const FIRST_WELL = 3_500;
const WELL = 9_000;
const ILL = 4_000;

export interface FlakyOptions {
  readonly rng: Rng;
  readonly timers: Timers;
  log(line: string): void;
}

/**
 * Lets an endpoint fail now and then: well, away, well, dropping connections, well, and so on, each for about as long
 * as above (within a quarter, by `rng`). Returns what ends it; the endpoint then stays as it is.
 */
export function makeFlaky(endpoint: DemoEndpoint, { rng, timers, log }: FlakyOptions): () => void {
  const troubles: DemoCondition[] = ["away", "dropping"];
  let turn = 0;
  let forget = () => {};
  let over = false;
  const about = (ms: number) => ms * (0.75 + 0.5 * nextFloat(rng));
  const turnTo = async (condition: DemoCondition, forMs: number, next: () => void): Promise<void> => {
    await endpoint.become(condition);
    if (over) return;
    log(SAID[condition](endpoint.name));
    forget = timers.after(forMs, next);
  };
  const fall = (): void => {
    const trouble = troubles[turn++ % troubles.length] ?? "away";
    void turnTo(trouble, about(ILL), rise);
  };
  const rise = (): void => void turnTo("well", about(WELL), fall);
  forget = timers.after(about(FIRST_WELL), fall);
  return () => {
    over = true;
    forget();
  };
}

const SAID: Readonly<Record<DemoCondition, (name: string) => string>> = {
  away: (name) => `${name} stops listening, as during a deployment: its requests go to the others`,
  dropping: (name) => `${name} drops every connection, as if it crashed: requests are tried again elsewhere`,
  well: (name) => `${name} is back`,
};
