import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { beginRecord } from "../../../src/telemetry/record/begin-record.ts";
import { createKeyHash } from "../../../src/telemetry/record/key-hash.ts";
import { createRecorder, type RecorderOptions } from "../../../src/telemetry/record/recorder.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { finished } from "../exchanges.ts";

const SERVICES = { users: { algorithm: { name: "p2c", options: {} }, endpoints: [{ id: "http://a", weight: 1 }] } };

function record(changes: Partial<RecorderOptions> = {}) {
  const path = join(tempDir(), "traffic.ndjson");
  const wallClock = { now: () => Date.UTC(2026, 0, 31, 12) };
  const clock = { now: () => 1000 };
  const told: string[] = [];
  const say = (message: string): void => void told.push(message.replace(path, "FILE"));
  const session = beginRecord(path, 1, wallClock);
  const recorder = createRecorder({
    ...{ session, process: 1, services: SERVICES, clock, wallClock, warn: say, info: say },
    ...changes,
  });
  const lines = (): Record<string, unknown>[] =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { recorder, lines, told, session, text: () => readFileSync(path, "utf8") };
}

describe("the traffic record", () => {
  it("has a line for each exchange with a service, and none for others; closing writes what waits", async () => {
    const { recorder, lines, session } = record();
    recorder.add(finished({ serviceName: undefined, endpointId: undefined }));
    recorder.add(
      finished({
        begunAt: 1012.5,
        durationMs: 5,
        endpointMs: 4,
        tryMs: 3,
        responseMs: 2,
        attempts: 2,
        othersInFlight: 7,
      }),
    );
    recorder.add(
      finished({ endpointId: undefined, status: 503, code: "GW0302", tryMs: 0, endpointMs: 0, attempts: 0 }),
    );
    await recorder.close();
    const [header, settings, line, refused, ...more] = lines();
    expect(header).toMatchObject({ gatewayctl: "traffic record", session: session.id });
    expect(settings).toEqual({ by: `${session.id}-1`, at: 0, services: SERVICES });
    expect(line).toEqual({
      ...{ by: `${session.id}-1`, at: 12_500, service: "users", route: "users", method: "GET", path: "/users/7" },
      ...{ endpoint: "http://localhost:4001", algorithm: "p2c", key: expect.stringMatching(/^[\w-]{11}$/) },
      ...{ inFlight: 7, attempts: 2, status: 200, code: null, wait: 1000, head: 2000, took: 3000, total: 5000 },
    });
    expect(refused).toMatchObject({ endpoint: null, status: 503, code: "GW0302" });
    expect(more).toEqual([]);
  });

  it("holds no header field, client address, consumer or request id, and keys only as salted hashes", async () => {
    const { recorder, text } = record();
    const secrets = { clientIp: "203.0.113.9", consumer: "ada", requestId: "r-4711", hashKey: "Bearer s3cret" };
    recorder.add(finished({ ...secrets, requestHeader: () => "cookie-s3cret" }));
    recorder.add(finished({ ...secrets, hashKey: undefined }));
    await recorder.close();
    for (const secret of [...Object.values(secrets), "s3cret"]) expect(text()).not.toContain(secret);
  });

  it("keeps a line a line, whatever names and numbers there are", async () => {
    const { recorder, lines } = record();
    recorder.add(finished({ path: `/a"b\u2028\n${"x".repeat(5000)}`, routeName: 'r"\n', method: "M" }));
    recorder.add(finished({ durationMs: Number.NaN, tryMs: -1, begunAt: Number.NEGATIVE_INFINITY, responseMs: -1 }));
    await recorder.close();
    expect(lines()).toHaveLength(4);
    expect((lines()[2] as { path: string }).path.length).toBe(200);
    expect(lines()[3]).toMatchObject({ at: 0, took: 0, head: -1, total: 0 });
  });

  it("stops at its largest size, with a word in the file and one in the log", async () => {
    const { recorder, lines, told } = record({ mostBytes: 2000 });
    for (let i = 0; i < 400; i++) recorder.add(finished());
    await recorder.close();
    expect(lines().at(-1)).toMatchObject({ stopped: "the record has reached 0 MiB" });
    expect(lines().filter((line) => "stopped" in line)).toHaveLength(1);
    expect(told).toEqual(["FILE: the record has reached 0 MiB; nothing more is recorded"]);
  });

  it("never throws and never fails an exchange when the disk does", async () => {
    const { recorder, told } = record({
      open: () => ({
        size: 0,
        append: (_, done) => done(new Error("EIO: i/o error"), 0),
        close: (done) => done(),
      }),
    });
    for (let i = 0; i < 500; i++) recorder.add(finished());
    await recorder.close();
    expect(told).toEqual(["FILE: EIO: i/o error; the record has a gap from here on"]);
  });

  it("hashes the same key to the same text in one session only", () => {
    const [one, other] = [createKeyHash("salt-1"), createKeyHash("salt-2")];
    expect(one("203.0.113.9")).toBe(one("203.0.113.9"));
    expect(one("203.0.113.9")).not.toBe(other("203.0.113.9"));
    // More than are kept.
    const hashes = Array.from({ length: 10_000 }, (_, i) => one(`client-${i}`));
    expect(new Set(hashes).size).toBe(10_000);
    expect(one("client-0")).toBe(hashes[0]);
  });
});
