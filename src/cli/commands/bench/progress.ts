import type { SimulateProgress } from "../../../lab/simulate/simulate.ts";
import type { CommandContext } from "../../context.ts";

/** How long a run may be silent, and how often the line is written after that. */
const SILENT_MS = 1000;
const EVERY_MS = 100;
const ERASE_LINE = "\r\u001b[2K";

/** A line on stderr that tells how far a long run has come; only on a terminal, and gone when it is over. */
export interface ProgressLine {
  update(progress: SimulateProgress): void;
  clear(): void;
}

/** @param doing what is done with an algorithm: "simulating" */
export function createProgressLine({ stderr, clock, quiet }: CommandContext, doing = "simulating"): ProgressLine {
  const active = stderr.isTTY && !quiet;
  let next = clock.now() + SILENT_MS;
  let written = false;
  return {
    update({ algorithm, done, total }) {
      if (!active || clock.now() < next) return;
      next = clock.now() + EVERY_MS;
      written = true;
      const text = `${doing} ${algorithm}: ${Math.floor((done / total) * 100)} % of all`;
      stderr.write(ERASE_LINE + text.slice(0, stderr.columns - 1));
    },
    clear() {
      if (written) stderr.write(ERASE_LINE);
      written = false;
    },
  };
}
