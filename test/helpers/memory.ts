import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pause } from "./eventually.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Octets of all Buffers of this process that something still refers to. What is not is let go of a little later. */
export async function buffersInUse(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    collect();
    await pause(10);
    least = Math.min(least, process.memoryUsage().arrayBuffers);
  }
  return least;
}
