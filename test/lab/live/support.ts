import { systemClock } from "../../../src/shared/clock.ts";
import { onTestFinished } from "vitest";
import { Agenda } from "../../../src/lab/live/agenda.ts";
import { Load, type LoadOptions } from "../../../src/lab/live/load.ts";
import type { Traffic } from "../../../src/lab/live/traffic.ts";

/** An agenda on the machine's clock, ended with the test. */
export function startAgenda(): Agenda {
  const agenda = new Agenda(systemClock);
  onTestFinished(() => agenda.end());
  return agenda;
}

/** Requests at even distances, each the same. */
export function steadyTraffic(gapMs: number, fields = ""): Traffic {
  return { nextGap: () => gapMs, nextText: () => `GET / HTTP/1.1\r\nhost: a\r\n${fields}\r\n` };
}

/** A load straight to a port, nothing of it warm-up, unless `changes` say otherwise. */
export function createLoad(port: number, changes: Partial<LoadOptions>): Load {
  return new Load({
    host: "127.0.0.1",
    port,
    traffic: steadyTraffic(1),
    connections: 64,
    plan: { loop: "open", requests: 100, meanGapMs: 1 },
    warmup: 0,
    timeoutMs: 5_000,
    endpoints: 0,
    clock: systemClock,
    agenda: changes.agenda ?? startAgenda(),
    ...changes,
  });
}
