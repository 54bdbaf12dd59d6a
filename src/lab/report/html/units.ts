/** A time on an axis or in a sentence: "0.5 ms", "20 ms", "1.5 s", "170 s". */
export function timeLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1000) return `${short(ms)} ms`;
  return ms < 3_600_000 ? `${short(ms / 1000)} s` : `${short(ms / 3_600_000)} h`;
}

/** A count: "0", "350", "12k", "1.5M". */
export function countLabel(count: number): string {
  if (count < 10_000) return short(count);
  return count < 1_000_000 ? `${short(count / 1000)}k` : `${short(count / 1_000_000)}M`;
}

/** "50 %", "99.9 %". */
export function percentLabel(percent: number): string {
  return `${Number(percent.toFixed(4))} %`;
}

/** Three significant figures, without zeros at the end. */
function short(value: number): string {
  return String(value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}
