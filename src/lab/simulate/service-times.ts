import { nextFloat, nextInt } from "../../shared/rng.ts";
import { type Sampler, standardExponential, standardNormal } from "./sampler.ts";
import { durationList, durationPart, numberPart, readSpec, type Spec, sharePart, specError } from "./spec.ts";

/** How long a request occupies an endpoint of speed 1. */
export interface ServiceTime {
  readonly spec: string;
  /** In ms; finite, because the load is defined by it. */
  readonly meanMs: number;
  /** Draws one, in ms. */
  readonly sample: Sampler;
}

/** The forms of `--service-time`. The first duration is always the mean, but for `bimodal`. */
export const SERVICE_TIME_FORMS = {
  exp: "exp:MEAN",
  const: "const:MEAN",
  lognormal: "lognormal:MEAN:SIGMA",
  pareto: "pareto:MEAN:SHAPE",
  bimodal: "bimodal:FAST:SLOW:SHARE",
  empirical: "empirical:TIME,TIME,…",
} as const;

/**
 * Reads a service time: `exp:10ms`, `const:10ms`, `lognormal:10ms:1` (sigma of the logarithm), `pareto:10ms:2.2`
 * (shape: the smaller, the heavier the tail), `bimodal:5ms:100ms:5%` (that share of the requests is slow),
 * `empirical:3ms,4ms,90ms` (times that were observed, each as likely as the others).
 * @throws GatewayError GW0002 with what was expected
 */
export function parseServiceTime(text: string): ServiceTime {
  const spec = readSpec(text, SERVICE_TIME_FORMS, "a service time");
  const read = READERS[spec.name as keyof typeof SERVICE_TIME_FORMS];
  return { spec: spec.text, ...read(spec) };
}

const READERS: Record<keyof typeof SERVICE_TIME_FORMS, (spec: Spec) => Omit<ServiceTime, "spec">> = {
  exp(spec) {
    const meanMs = durationPart(spec, 0);
    return { meanMs, sample: (rng) => meanMs * standardExponential(rng) };
  },

  const(spec) {
    const meanMs = durationPart(spec, 0);
    return { meanMs, sample: () => meanMs };
  },

  /** The mean of exp(N(mu, sigma²)) is exp(mu + sigma²/2). */
  lognormal(spec) {
    const meanMs = durationPart(spec, 0);
    const sigma = numberPart(spec, 1, 0, ", the deviation of the logarithm (1 is a usual one)");
    const mu = Math.log(meanMs) - (sigma * sigma) / 2;
    return { meanMs, sample: (rng) => Math.exp(mu + sigma * standardNormal(rng)) };
  },

  /** With shape a and smallest value m the mean is a m / (a - 1), and P(X > x) = (m / x)^a: inverted here. */
  pareto(spec) {
    const meanMs = durationPart(spec, 0);
    const shape = numberPart(spec, 1, 1, ", or the mean would be infinite (2.2 is heavy, 1.5 very heavy)");
    const smallest = (meanMs * (shape - 1)) / shape;
    const exponent = -1 / shape;
    return { meanMs, sample: (rng) => smallest * (1 - nextFloat(rng)) ** exponent };
  },

  /** Draws with replacement: the distribution function is that of what was observed. */
  empirical(spec) {
    const times = durationList(spec, 0);
    const meanMs = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    return { meanMs, sample: (rng) => times[nextInt(rng, times.length)] as number };
  },

  bimodal(spec) {
    const fast = durationPart(spec, 0);
    const slow = durationPart(spec, 1);
    const share = sharePart(spec, 2);
    if (slow <= fast) throw specError(spec.text, `has not the form ${spec.form}: SLOW must be longer than FAST`);
    return {
      meanMs: fast * (1 - share) + slow * share,
      sample: (rng) => (nextFloat(rng) < share ? slow : fast),
    };
  },
};
