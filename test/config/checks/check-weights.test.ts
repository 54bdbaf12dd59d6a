import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

function notes(service: object): string[] {
  const routes = [{ match: "/", service: "a" }];
  return loadValue({ version: 1, services: { a: service }, routes }).diagnostics.map(
    ({ code, severity, hint }) => `${code} ${severity}: ${hint}`,
  );
}

const endpoints = (...weights: number[]): object[] =>
  weights.map((weight, index) => ({ url: `http://localhost:${4001 + index}`, weight }));

describe("weights that an algorithm does not look at", () => {
  it.each([
    [
      "under the default algorithm",
      { endpoints: endpoints(5, 1) },
      ["GW0120 note: write algorithm: weighted-round-robin"],
    ],
    [
      "under least-conn",
      { endpoints: endpoints(5, 1), algorithm: "least-conn" },
      ["GW0120 note: write algorithm: weighted-least-conn"],
    ],
    ["under p2c, which does", { endpoints: endpoints(5, 1), algorithm: "p2c" }, []],
    ["that are all the same", { endpoints: endpoints(5, 5) }, []],
    ["where the other one is 0, which every algorithm obeys", { endpoints: endpoints(5, 0) }, []],
  ])("%s", (_name, service, expected) => {
    expect(notes(service)).toEqual(expected);
  });
});
