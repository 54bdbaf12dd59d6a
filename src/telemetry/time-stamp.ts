import type { Millis } from "../shared/clock.ts";

/** What a date is limited to (ECMA-262 section 21.4.1.1); beyond it `toISOString` throws. */
const LATEST = 8.64e15;

/** ISO 8601 in UTC with milliseconds. Within one second only the milliseconds are worked out anew. */
export function createTimeStamp(): (wall: Millis) => string {
  let second = Number.NaN;
  let prefix = "";
  return (wall) => {
    const ms = Math.abs(wall) <= LATEST ? Math.floor(wall) : 0;
    const current = Math.floor(ms / 1_000);
    if (current !== second) {
      second = current;
      prefix = new Date(current * 1_000).toISOString().slice(0, -4);
    }
    const rest = ms - current * 1_000;
    return `${prefix}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}Z`;
  };
}

/** The time of day on the user's clock, as 12:03:07. */
export function createTimeOfDay(): (wall: Millis) => string {
  let second = Number.NaN;
  let text = "";
  return (wall) => {
    const ms = Math.abs(wall) <= LATEST ? Math.floor(wall) : 0;
    const current = Math.floor(ms / 1_000);
    if (current !== second) {
      second = current;
      text = new Date(ms).toTimeString().slice(0, 8);
    }
    return text;
  };
}
