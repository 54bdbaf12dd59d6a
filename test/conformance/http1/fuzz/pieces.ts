import { nextInt, type Rng } from "../../../../src/shared/rng.ts";

/** Where octets are cut on their way: not at all, once, at every octet, or here and there. Ends with `length`. */
export function makeCuts(length: number, rng: Rng): number[] {
  const kind = nextInt(rng, 4);
  if (kind === 0 || length < 2) return [length];
  if (kind === 1) return [1 + nextInt(rng, length - 1), length];
  if (kind === 2) return Array.from({ length }, (_, i) => i + 1);
  const cuts: number[] = [];
  for (let at = 1 + nextInt(rng, 40); at < length; at += 1 + nextInt(rng, 40)) cuts.push(at);
  return [...cuts, length];
}

/**
 * Holds that of a head that comes in pieces no beginning is judged otherwise than the whole.
 * @param scan gives where the head ends in so many octets, 0 (more is needed) or -1 (refused)
 * @param whole what it gives for all of them
 * @throws Error naming where it differs
 */
export function holdBeginnings(
  scan: (length: number) => number,
  whole: number,
  length: number,
  rng: Rng,
  all: boolean,
): void {
  const holdOne = (cut: number): void => {
    const result = scan(cut);
    const expected = whole > 0 && cut >= whole ? result === whole : result === 0;
    if (!expected && !(result === -1 && whole === -1)) {
      throw new Error(`${cut} octets are judged ${result}, all ${length} of them ${whole}`);
    }
  };
  if (all) for (let cut = 0; cut <= length; cut++) holdOne(cut);
  else holdOne(nextInt(rng, length + 1));
}
