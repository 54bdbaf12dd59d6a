import { expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const LIMITED = { rateLimit: { limit: 9, window: "1m" } };

function notes(policies: object, more: object = {}, instances = 3): string[] {
  const { diagnostics } = loadValue({
    version: 1,
    gateways: { instances },
    routes: [{ match: "/", respond: { status: 204 }, policies }],
    ...more,
  });
  return diagnostics
    .filter(({ code }) => code === "GW0130")
    .map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

it("notes what gateway instances count each for itself", () => {
  const each = "note gateways.instances each of 3 gateway instances counts";
  const rest = "for itself, up to the whole limit";
  expect(notes(LIMITED)).toEqual([`${each} rate limits ${rest}`]);
  expect(notes({}, { policies: LIMITED })).toEqual([`${each} rate limits ${rest}`]);
  const both = { ...LIMITED, concurrency: { limit: 2 } };
  expect(notes(both)).toEqual([`${each} rate limits and \`concurrency\` ${rest}`]);
  expect(notes(both, { state: "redis://localhost" })).toEqual([`${each} \`concurrency\` ${rest}`]);
});

it("notes nothing where one counts, where nobody limits, and where Redis counts", () => {
  expect(notes(LIMITED, {}, 1)).toEqual([]);
  expect(notes(LIMITED, { gateways: undefined })).toEqual([]);
  expect(notes({})).toEqual([]);
  expect(notes({ rateLimit: false }, { policies: LIMITED })).toEqual([]);
  expect(notes(LIMITED, { state: "redis://localhost" })).toEqual([]);
});
