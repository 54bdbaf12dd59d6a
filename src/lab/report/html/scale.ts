/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  /** From 0 to 1. */
  readonly at: number;
  /** Still named where there is little room. */
  readonly major: boolean;
}

/** What places values on an axis: `at` is 0 at its beginning and 1 at its end; beyond, it is less or more. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

/** Evenly from 0 to the next round number above `most`. */
export function linearScale(most: number): Scale {
  const highest = most > 0 ? most : 1;
  const step = roundUp(highest / 4);
  const count = Math.ceil(highest / step - 1e-9);
  const at = (value: number): number => value / (step * count);
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = Number((i * step).toPrecision(12));
    return { value, at: at(value), major: count < 4 || i % 2 === count % 2 };
  });
  return { at, ticks };
}

/** By factors, from the round number (1, 2 or 5) below `least` to the one above `most`; 0 itself lies at 0. */
export function logScale(least: number, most: number): Scale {
  const low = roundDown(least > 0 ? least : 1);
  const high = Math.max(roundUp(Math.max(most, low)), low * 2);
  const span = Math.log10(high / low);
  const at = (value: number): number => (value <= 0 ? 0 : Math.log10(value / low) / span);
  const steps = span > 2.2 ? [1] : span > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low) + 1e-9); power <= Math.log10(high) + 1e-9; power++) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(3));
      const inside = value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
      if (inside) ticks.push({ value, at: at(value), major: step === 1 && (span < 4 || power % 2 === 0) });
    }
  }
  // Within one or two factors of ten there may be but one power of ten.
  const few = ticks.length <= 4;
  return { at, ticks: few ? ticks.map((tick, i) => ({ ...tick, major: (ticks.length - 1 - i) % 2 === 0 })) : ticks };
}

/** Percentages, by how rare what lies above is: 0, 90, 99, 99.9 … are equally far apart. @param nines how many it has */
export function ninesScale(nines: number): Scale {
  const at = (percent: number): number => (percent >= 100 ? 1 : Math.min(1, -Math.log10(1 - percent / 100) / nines));
  const named = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999].filter(
    (percent) => -Math.log10(1 - percent / 100) <= nines,
  );
  return { at, ticks: named.map((value) => ({ value, at: at(value), major: value !== 50 })) };
}

/** The next of 1, 2, 5, 10 … (times a power of ten) that is not smaller. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const factor = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const factor = [5, 2, 1].find((each) => each * power <= value * (1 + 1e-9)) ?? 1;
  return Number((factor * power).toPrecision(3));
}
