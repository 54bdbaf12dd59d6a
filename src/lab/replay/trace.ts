import { FATE, type RecordedService } from "./recorded-service.ts";

/** The exchanges that a replay lets arrive anew, in the order in which they had to be balanced. All times in ms. */
export interface Trace {
  readonly count: number;
  /** Since the first one; where nothing was recorded between two sessions, that time is left out. */
  readonly pickedAt: Float64Array;
  readonly tookMs: Float64Array;
  readonly lastTryMs: Float64Array;
  readonly headShare: Float64Array;
  readonly endpoint: Int32Array;
  readonly key: Int32Array;
  /** What is not replayed. */
  readonly failed: number;
  /** When they failed, on the same clock. */
  readonly failedAt: Float64Array;
  readonly upgraded: number;
  /** Replayed, though the endpoint had not yet ended them. */
  readonly givenUp: number;
}

/** Between sessions: long enough for everything to have ended. */
const PAUSE_MS = 1000;

/** @param lastMs only what was picked in so much time before the end of the record; all of it by default */
export function traceOf(service: RecordedService, lastMs = Number.POSITIVE_INFINITY): Trace {
  const times = service.pickedAt.view();
  const order = Uint32Array.from({ length: service.count }, (_, i) => i).sort(
    (a, b) => (times[a] as number) - (times[b] as number),
  );
  const since = (times[order.at(-1) ?? 0] ?? 0) - lastMs;
  const counts = [0, 0, 0, 0];
  const kept = order.filter((i) => {
    if ((times[i] as number) < since) return false;
    const fate = service.fate.at(i);
    counts[fate] = (counts[fate] ?? 0) + 1;
    return fate === FATE.served || fate === FATE.givenUp;
  });
  const pickedAt = withoutPauses(service, kept);
  const pick = (column: { at(index: number): number }) => Float64Array.from(kept, (i) => column.at(i));
  return {
    count: kept.length,
    pickedAt,
    tookMs: pick(service.tookMs),
    lastTryMs: pick(service.lastTryMs),
    headShare: pick(service.headShare),
    endpoint: Int32Array.from(pick(service.endpoint)),
    key: Int32Array.from(pick(service.key)),
    failed: counts[FATE.failed] ?? 0,
    failedAt: failuresOf(service, order, since, { kept, pickedAt }),
    upgraded: counts[FATE.upgraded] ?? 0,
    givenUp: counts[FATE.givenUp] ?? 0,
  };
}

/** When each was picked, without the time between sessions. */
function withoutPauses({ pickedAt, session }: RecordedService, kept: Uint32Array): Float64Array {
  const times = Float64Array.from(kept, (i) => pickedAt.at(i));
  let shift = times[0] ?? 0;
  let before = shift;
  for (let i = 0; i < times.length; i++) {
    const time = times[i] as number;
    const between = i > 0 && session.at(kept[i] as number) !== session.at(kept[i - 1] as number);
    if (between) shift += Math.max(0, time - before - PAUSE_MS);
    before = time;
    times[i] = time - shift;
  }
  return times;
}

/** When requests failed: as long after the one before that is replayed as it was, at most until the next one came. */
function failuresOf(
  service: RecordedService,
  order: Uint32Array,
  since: number,
  { kept, pickedAt }: { readonly kept: Uint32Array; readonly pickedAt: Float64Array },
): Float64Array {
  const at: number[] = [];
  let next = 0;
  for (const i of order) {
    const time = service.pickedAt.at(i);
    if (i === kept[next]) next++;
    if (time < since || service.fate.at(i) !== FATE.failed) continue;
    const before = Math.max(0, next - 1);
    const after = time - service.pickedAt.at(kept[before] ?? i);
    const picked = Math.min(Math.max(0, (pickedAt[before] ?? 0) + after), pickedAt[next] ?? Number.POSITIVE_INFINITY);
    at.push(picked + service.tookMs.at(i));
  }
  return Float64Array.from(at);
}
