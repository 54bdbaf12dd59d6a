import type { Millis } from "../../shared/clock.ts";

/** A latency, with three figures at most: "3.2 ms", "123 ms", "1.25 s". */
export function formatMs(ms: Millis): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 99.95 ? 1 : 0)} ms`;
}

/** A span of time for people, its two largest units: "12 s", "3 min 4 s", "2 h 5 min", "4 d 1 h". */
export function formatSpan(ms: Millis): string {
  const seconds = Math.max(Math.floor(ms / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
