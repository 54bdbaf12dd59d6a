import type { Millis } from "../shared/clock.ts";

let second = -1;
let line = "";

/**
 * "date: …\r\n" (RFC 9110 section 6.6.1: whoever forwards a response without Date adds one); made anew once a second.
 * @param wallClock in ms since 1970
 */
export function dateLine(wallClock: Millis): string {
  const now = Math.floor(wallClock / 1000);
  if (now !== second) {
    second = now;
    line = `date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return line;
}
