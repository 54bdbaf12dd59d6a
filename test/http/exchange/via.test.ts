import { describe, expect, it } from "vitest";
import { viaNames } from "../../../src/http/exchange/via.ts";

describe("viaNames", () => {
  it.each([
    "1.1 gw-1",
    "1.0 fred, 1.1 gw-1",
    "1.1 gw-1, 1.1 fred",
    "1.1\tgw-1 (a comment)",
    "1.1 fred (one, two), HTTP/1.1 gw-1",
    "1.1 fred (a (nested) one), 2.0 gw-1",
    "x (\\) still), 1.1 gw-1",
    "1.1 gw-1(tight)",
    ", ,1.1 gw-1 ,",
    // What was joined behind a comment that is not closed.
    "1.1 fred (open, 1.1 gw-1",
    "1.1 fred (open, 1.1 gw-1, 1.1 other (closed)",
    "1.1 fred ), 1.1 gw-1",
  ])("finds the name in %j", (via) => {
    expect(viaNames(via, "gw-1")).toBe(true);
  });

  it.each([
    "",
    "1.1 fred",
    "1.1 gw-10",
    "1.1 a-gw-1",
    "1.1 gw-1.test",
    "gw-1",
    "gw-1 fred",
    "1.1 fred gw-1",
    "1.1 fred (gw-1)",
    "1.1 fred (1.1 gw-1, 1.1 gw-1)",
    "1.1 fred (, 1.1 gw-1)",
    "1.1 fred (\\), 1.1 gw-1)",
    "1.1 GW-1",
  ])("does not find it in %j", (via) => {
    expect(viaNames(via, "gw-1")).toBe(false);
  });
});
