import { describe, expect, it } from "vitest";
import { fillVariables } from "../../../src/config/discovered/compose-variables.ts";

const ENV = { A: "a", B: "b", EMPTY: "" };

describe("fillVariables", () => {
  // The table of the Compose specification, section "Interpolation".
  it.each([
    ["plain", "plain"],
    ["$A$B-${A}", "ab-a"],
    ["$$A $${A} 5$$", "$A ${A} 5$"],
    ["${NO:-x}|${EMPTY:-x}|${A:-x}", "x|x|a"],
    ["${NO-x}|${EMPTY-x}|${A-x}", "x||a"],
    ["${A:+x}|${EMPTY:+x}|${NO:+x}", "x||"],
    ["${A+x}|${EMPTY+x}|${NO+x}", "x|x|"],
    ["${A:?no}|${EMPTY?no}", "a|"],
    ["${NO:-${NEITHER:-${A}}}", "a"],
    ["${NO:-$B:${A}}", "b:a"],
    ["${EMPTY}", ""],
    ["${NO:-}", ""],
  ])("%s is %s", (text, filled) => {
    expect(fillVariables(text, ENV)).toEqual({ text: filled, problem: undefined });
  });

  it.each([
    ["$NO", "the variable NO is not set"],
    ["${NO}", "the variable NO is not set"],
    ["${NO?say why}", "say why"],
    ["${EMPTY:?say $A}", "say a"],
    ["${NO:?}", "the variable NO is not set"],
    ["${A", '${ is not closed in "${A"'],
    ["${A:=x}", "${A:=x} is not a variable"],
    ["${1}", "${1} is not a variable"],
    ["costs 5$", 'a $ that is no variable is written $$ in "costs 5$"'],
  ])("%s is told: %s", (text, problem) => {
    expect(fillVariables(text, ENV).problem).toBe(problem);
  });
});
