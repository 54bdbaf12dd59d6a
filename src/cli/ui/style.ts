import { Chalk, type ChalkInstance } from "chalk";
import type { TextSink } from "../context.ts";

/** What text means on a terminal; every command uses these words, so that one thing has one look. */
export interface Style {
  /** Headings and names that the eye looks for. */
  strong(text: string): string;
  /** What may be overlooked. */
  faint(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
  /** Something to type or to click. */
  link(text: string): string;
}

const PLAIN = new Chalk({ level: 0 });
const COLORED = new Chalk({ level: 1 });

/** The styles for a sink: with ANSI codes where it takes colours, else the text as it is. Sixteen colours only. */
export function createStyle(sink: Pick<TextSink, "color">): Style {
  const chalk: ChalkInstance = sink.color ? COLORED : PLAIN;
  return {
    strong: chalk.bold,
    faint: chalk.dim,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    link: chalk.cyan,
  };
}
