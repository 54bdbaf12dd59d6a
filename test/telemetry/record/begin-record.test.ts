import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { beginRecord } from "../../../src/telemetry/record/begin-record.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const clock = { now: () => Date.UTC(2026, 0, 31, 12) };
const begin = (path: string) => beginRecord(path, 1, clock);
const textOf = (path: string) => readFileSync(path, "utf8");

describe("beginRecord", () => {
  it("makes a file that only its owner can read, with a header that holds no salt", () => {
    const path = join(tempDir(), "traffic.ndjson");
    const session = begin(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(textOf(path))).toEqual({
      gatewayctl: "traffic record",
      version: 1,
      session: session.id,
      startedAt: "2026-01-31T12:00:00.000Z",
    });
    expect(textOf(path)).not.toContain(session.salt);
  });

  it("goes on with a record, with another session and another salt", () => {
    const path = join(tempDir(), "traffic.ndjson");
    const [first, second] = [begin(path), begin(path)];
    expect(textOf(path).trimEnd().split("\n")).toHaveLength(2);
    expect(first.id).not.toBe(second.id);
    expect(first.salt).not.toBe(second.salt);
  });

  it("begins on a line of its own where the last one was cut off", () => {
    const path = join(tempDir(), "traffic.ndjson");
    begin(path);
    const cut = join(tempDir({ "traffic.ndjson": `${textOf(path)}{"by":"abc` }), "traffic.ndjson");
    begin(cut);
    expect(textOf(cut).split("\n")[1]).toBe('{"by":"abc');
    expect(textOf(cut).split("\n")[2]).toContain('{"gatewayctl":"traffic record"');
  });

  it.each([
    ["a text", "my diary\n"],
    ["other JSON", '{"gatewayctl":"something"}\n'],
    ["less than a header", '{"gatew'],
  ])("leaves a file alone that holds %s: GW0023", (_, text) => {
    const path = join(tempDir({ "traffic.ndjson": text }), "traffic.ndjson");
    expect(() => begin(path)).toThrow(expect.objectContaining({ code: "GW0023" }));
    expect(textOf(path)).toBe(text);
  });

  it("takes an empty file", () => {
    const path = join(tempDir({ "traffic.ndjson": "" }), "traffic.ndjson");
    begin(path);
    expect(textOf(path)).toContain("traffic record");
  });

  it("refuses what is no regular file, a folder that is not there, and a file that must not be written", () => {
    const folder = tempDir({ "locked.ndjson": "" });
    const paths = [folder, "/dev/null", join(folder, "none", "traffic.ndjson")];
    chmodSync(join(folder, "locked.ndjson"), 0o400);
    // Root may write everywhere.
    if (process.getuid?.() !== 0) paths.push(join(folder, "locked.ndjson"));
    for (const path of paths) expect(() => begin(path), path).toThrow(expect.objectContaining({ code: "GW0023" }));
  });
});
