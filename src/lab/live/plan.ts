import type { Service } from "../../config/config.ts";
import type { Millis } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { LoadLoop } from "../report/live-figures.ts";
import { type Arrivals, parseArrivals } from "../simulate/arrivals.ts";
import { buildModel, isPlain, type Model, type ScenarioChanges } from "../simulate/model.ts";
import { WARMUP_SHARE } from "../simulate/run.ts";
import type { Scenario } from "../simulate/scenario.ts";
import type { Target } from "./targets.ts";

/** A service of the user's, and what to ask it. */
export interface OwnService {
  readonly service: Service;
  readonly targets: readonly Target[];
  /** The path of the GET that is sent. */
  readonly path: string;
}

/** The load: everything but the algorithm, worked out. */
export interface LivePlan {
  readonly loop: LoadLoop;
  /** Requests a second; `null` in a closed loop. */
  readonly rate: number | null;
  /** Per algorithm, the warm-up included; `null` in a closed loop: as many as there is time for. */
  readonly requests: number | null;
  readonly durationMs: Millis;
  readonly connections: number;
  readonly arrivals: Arrivals;
  readonly warmup: number;
  readonly keys: Model["keys"];
  /** Absent with the user's own service. */
  readonly model: Model | undefined;
  readonly own: OwnService | undefined;
}

export interface PlanOptions extends ScenarioChanges {
  readonly rate?: number | undefined;
  readonly durationMs?: Millis | undefined;
  readonly connections?: number | undefined;
  readonly closed?: boolean | undefined;
  readonly own?: OwnService | undefined;
}

const DURATION_MS = 10_000;
/** What a developer's own service is asked for, unless told otherwise. */
const OWN_RATE = 50;
const OPEN_CONNECTIONS = 256;
const CLOSED_CONNECTIONS = 16;
const MOST_CONNECTIONS = 10_000;
const LEAST_REQUESTS = 20;

/**
 * Works out how many requests come when. With synthetic endpoints the rate follows from the load, or the load from the
 * rate, which here may be more than they can do: that is what a load test may want to see.
 * @throws GatewayError GW0002 for what cannot be
 */
export function planLoad(scenario: Scenario, options: PlanOptions): LivePlan {
  const { own, closed = false } = options;
  const model = own === undefined ? modelAt(scenario, options) : undefined;
  const rate = options.rate ?? (model === undefined ? OWN_RATE : 1000 / model.meanGapMs);
  const requests = options.requests ?? Math.round((rate * (options.durationMs ?? DURATION_MS)) / 1000);
  const durationMs = closed ? (options.durationMs ?? DURATION_MS) : (requests / rate) * 1000;
  const connections = options.connections ?? (closed ? CLOSED_CONNECTIONS : OPEN_CONNECTIONS);
  check(rate > 0 && rate <= 1_000_000, `The rate must be above 0 and at most 1000000 requests a second, not ${rate}.`);
  check(durationMs > 0, "The duration must be above 0.");
  check(
    Number.isInteger(connections) && connections >= 1 && connections <= MOST_CONNECTIONS,
    `The number of connections must be a whole number from 1 to ${MOST_CONNECTIONS}, not ${connections}.`,
  );
  check(
    closed || requests >= LEAST_REQUESTS,
    `${requests} requests are too few to tell anything: give a higher rate, or a longer duration.`,
  );
  return {
    loop: closed ? "closed" : "open",
    rate: closed ? null : rate,
    requests: closed ? null : requests,
    durationMs,
    connections,
    arrivals: model?.arrivals ?? parseArrivals(options.arrivals ?? "poisson"),
    warmup: WARMUP_SHARE,
    keys: scenario.keys,
    model,
    own,
  };
}

/** The scenario's model; with a rate of its own, its load is what that rate makes it. */
function modelAt(scenario: Scenario, { rate, endpoints, load, serviceTime, arrivals }: PlanOptions): Model {
  const model = buildModel(scenario, { endpoints, load, serviceTime, arrivals });
  check(
    isPlain(model),
    `The scenario ${scenario.name} has conditions that only a simulation knows: take another one, or leave --live out.`,
  );
  if (rate === undefined) return model;
  const meanGapMs = 1000 / rate;
  return { ...model, meanGapMs, load: (model.load * model.meanGapMs) / meanGapMs };
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new GatewayError("GW0002", message);
}
