/**
 * What code costs, measured so that a busy machine cannot make a test fail. Noise only ever adds, so the least of many
 * measurements counts, and one measures again until a bound is met: code that is too slow never meets it.
 */
const PATIENCE_MS = 6_000;
/** Of each thing, before anything is concluded: until then it may be that V8 has not compiled it. */
const ROUNDS = 10;

/**
 * Microseconds that a call takes: by the clock or by the processor's time, whichever says less. The clock counts what
 * others do on the machine, and the processor's time what V8's own threads do; neither counts too little.
 */
function measured(run: () => unknown): number {
  const took = stopwatch();
  run();
  return took();
}

function stopwatch(): () => number {
  const cpu = process.cpuUsage();
  const began = performance.now();
  return () => {
    const wall = (performance.now() - began) * 1_000;
    const { user, system } = process.cpuUsage(cpu);
    // Where the kernel counts in ticks, a short call takes none.
    return user + system > 0 ? Math.min(wall, user + system) : wall;
  };
}

/** Microseconds that something costs that ends later, but waits for nothing outside of this process. */
export async function costOf(run: () => unknown): Promise<number> {
  const took = stopwatch();
  await run();
  return took();
}

/**
 * The least that a call takes, in µs, measured until it is below `bound`, or for some seconds.
 * @param run what is measured; a loop where one call takes less than some 50 µs
 * @param rounds how often at least: some ten where the figure is of interest, and not only whether it is below
 */
export function leastCost(run: () => unknown, bound: number, rounds = 1): number {
  let least = Number.POSITIVE_INFINITY;
  const began = performance.now();
  for (let round = 0; round < rounds || (least >= bound && performance.now() - began < PATIENCE_MS); round++)
    least = Math.min(least, measured(run));
  return least;
}

/** The least time that something takes, in ms, where it waits as well: done again until that is below `bound`. */
export async function leastTime(run: () => unknown, bound: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (const first = performance.now(); least >= bound && performance.now() - first < PATIENCE_MS; ) {
    const began = performance.now();
    await run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

/**
 * How many times as much `large` costs as `small`, the least of each, measured by turns until that is below `bound`, or
 * for some seconds. Where `large` is n times the size, what is linear gives about n, and what is quadratic n².
 * @param small the same as `large` with less to do; a loop where one call takes less than some 50 µs
 */
export function costRatio(small: () => unknown, large: () => unknown, bound: number): number {
  let [ofSmall, ofLarge] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const began = performance.now();
  for (let round = 1; ; round++) {
    ofSmall = Math.min(ofSmall, measured(small));
    ofLarge = Math.min(ofLarge, measured(large));
    const ratio = ofLarge / ofSmall;
    if (round >= ROUNDS && (ratio < bound || performance.now() - began > PATIENCE_MS)) return ratio;
  }
}
