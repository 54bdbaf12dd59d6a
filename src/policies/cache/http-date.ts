const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = `(${MONTHS.join("|")})`;
const TIME = "(\\d{2}):(\\d{2}):(\\d{2})";

const IMF_FIXDATE = new RegExp(`^${DAY}, (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`, "i");
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`, "i");
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`, "i");

/**
 * Reads a date in one of the three forms that HTTP has (RFC 9110 section 5.6.7). `Date.parse` would take much more for one,
 * and read some of it in the machine's own time zone.
 *
 * @param now in ms since 1970: years of two digits are those nearest to it
 * @returns ms since 1970, or `undefined`
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed !== null) return toTime(fixed[3], fixed[2], fixed[1], fixed.slice(4));
  const long = RFC850.exec(text);
  if (long !== null) return toTime(String(fullYear(Number(long[3]), now)), long[2], long[1], long.slice(4));
  const c = ASCTIME.exec(text);
  return c === null ? undefined : toTime(c[6], c[1], c[2], c.slice(3, 6));
}

/** RFC 9110 section 5.6.7: what appears to be more than 50 years in the future is the past. */
function fullYear(twoDigits: number, now: number): number {
  const present = new Date(now).getUTCFullYear();
  const year = present - (present % 100) + twoDigits;
  return year > present + 50 ? year - 100 : year;
}

function toTime(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: readonly string[],
): number | undefined {
  const [hour = 0, minute = 0, second = 0] = time.map(Number);
  const date = Number(day);
  const monthIndex = MONTHS.indexOf((month ?? "").toLowerCase());
  // A leap second is the last one (RFC 9110 section 5.6.7).
  if (hour > 23 || minute > 59 || second > 60 || date < 1) return undefined;
  const at = new Date(Date.UTC(Number(year), monthIndex, date, hour, minute, Math.min(second, 59)));
  return at.getUTCDate() === date ? at.getTime() : undefined;
}
