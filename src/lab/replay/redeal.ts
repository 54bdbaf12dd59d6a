import { createRng, nextInt } from "../../shared/rng.ts";
import type { ReplayModel } from "./replay-model.ts";
import { blockOf } from "./replay-run.ts";

/** The same traffic with each block's work dealt out anew among its requests: what was slow at noon is slow at noon. */
export function redeal(model: ReplayModel, blocks: number, seed: string): ReplayModel {
  const rng = createRng(`${seed}/redeal`);
  const quantiles = model.quantiles.slice();
  const { count } = model.trace;
  let first = 0;
  for (let i = 1; i <= count; i++) {
    if (i < count && blockOf(i, count, blocks) === blockOf(first, count, blocks)) continue;
    shuffle(quantiles.subarray(first, i), (bound) => nextInt(rng, bound));
    first = i;
  }
  return { ...model, quantiles };
}

/** Fisher and Yates. */
function shuffle(values: Float64Array, draw: (bound: number) => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [values[last], values[other]] = [values[other] as number, values[last] as number];
  }
}
