import { createRng, type Rng } from "../../shared/rng.ts";
import { createKeySource } from "../simulate/keys.ts";
import type { Model } from "../simulate/model.ts";
import { KEY_FIELD, MEASURED_FIELD, WORK_FIELD } from "./marks.ts";

/** When requests come and what they are: the same requests that a simulation with this seed has. */
export interface Traffic {
  /** The next gap between two arrivals, in ms. */
  nextGap(): number;
  /** The next request's text. To be called once for each, in order. */
  nextText(measured: boolean): string;
}

/** What a request is made of, beside what chance gives it. */
export interface TrafficOptions {
  readonly host: string;
  readonly path: string;
  /** When requests come; absent in a closed loop. */
  readonly arrivals: Pick<Model, "arrivals" | "meanGapMs"> | undefined;
  /** Only for synthetic endpoints. */
  readonly serviceTime: Model["serviceTime"] | undefined;
  /** Only for algorithms that hash. */
  readonly keys: Model["keys"] | undefined;
  /** As of a simulated run: `${seed}/${replication}`. */
  readonly seed: string;
}

/** Draws from the streams of `lab/simulate`, so that request i comes when it comes there, and is as much work. */
export function createLiveTraffic(options: TrafficOptions): Traffic {
  const { host, path, arrivals, serviceTime, keys, seed } = options;
  const gap = arrivals?.arrivals.start(arrivals.meanGapMs) ?? (() => 0);
  const gapRng = createRng(`${seed}/arrivals`);
  const workRng = createRng(`${seed}/work`);
  const keyRng = createRng(`${seed}/keys`);
  const nextKey: ((rng: Rng) => string) | undefined = keys && createKeySource(keys);
  const begin = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: gatewayctl-bench\r\n`;
  return {
    nextGap: () => gap(gapRng),
    nextText(measured) {
      let text = begin;
      if (nextKey !== undefined) text += `${KEY_FIELD}: ${nextKey(keyRng)}\r\n`;
      if (serviceTime !== undefined) text += `${WORK_FIELD}: ${serviceTime.sample(workRng)}\r\n`;
      if (measured) text += `${MEASURED_FIELD}: 1\r\n`;
      return `${text}\r\n`;
    },
  };
}
