import { nextFloat, nextInt, type Rng } from "../../../../src/shared/rng.ts";
import { pick } from "./grammar.ts";
import { mutate } from "./mutate.ts";

/** Inputs that are told apart by what they led to are worth starting from: this many of each outcome are kept. */
const KEPT_OF_EACH = 8;
/** Outcomes name what they met, so that there is no end of them. */
const MOST_OUTCOMES = 400;

/**
 * Makes inputs: a third well-formed by the grammar, a third a few edits away from that, a third a few edits away from
 * something that was published, or that led to something new before.
 */
export class Corpus {
  private readonly known: string[];
  private readonly found = new Map<string, string[]>();
  private readonly make: (rng: Rng) => string;

  constructor(seeds: readonly string[], make: (rng: Rng) => string) {
    this.known = [...seeds];
    this.make = make;
  }

  next(rng: Rng): string {
    const kind = nextFloat(rng);
    if (kind < 0.34) return this.make(rng);
    return mutate(kind < 0.67 ? this.make(rng) : pick(rng, this.known), rng, pick(rng, this.known));
  }

  /** Notes what an input led to: "refused: a bare CR", "passed on: chunked". */
  note(input: string, outcome: string, rng: Rng): void {
    const alike = this.found.get(outcome) ?? [];
    if (alike.length === 0 && this.found.size === MOST_OUTCOMES) return;
    if (alike.length === 0) this.found.set(outcome, alike);
    if (alike.length < KEPT_OF_EACH) {
      alike.push(input);
      this.known.push(input);
    } else if (nextInt(rng, 64) === 0) {
      const at = nextInt(rng, KEPT_OF_EACH);
      this.known[this.known.indexOf(alike[at] as string)] = input;
      alike[at] = input;
    }
  }

  /** How many outcomes have been met. */
  get outcomes(): number {
    return this.found.size;
  }
}
