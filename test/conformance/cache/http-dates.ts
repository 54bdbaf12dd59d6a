import type { ExpectedField, Outcome } from "../http1/probes/probe.ts";

const WORD = /<(now)?([+-]?\d+)?(?: (rfc850|asctime))?>/g;
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The moments that a case speaks of, in ms since 1970. */
export interface Moments {
  readonly began: number;
  readonly now: number;
}

/** Puts HTTP-dates where a text has `<now>`, `<now+5>`, `<-60>` or `<60 rfc850>`. */
export function withDates(text: string, { began, now }: Moments): string {
  return text.replace(WORD, (word, base?: string, seconds?: string, form?: string) =>
    base === undefined && seconds === undefined
      ? word
      : httpDate(new Date((base === undefined ? began : now) + Number(seconds ?? 0) * 1000), form),
  );
}

/** The same in the fields that an outcome expects. */
export function outcomeWithDates(outcome: Outcome, moments: Moments): Outcome {
  const dated = <T extends { readonly fields?: Readonly<Record<string, ExpectedField>> }>(message: T): T => ({
    ...message,
    ...(message.fields ? { fields: fieldsWithDates(message.fields, moments) } : {}),
  });
  return {
    ...outcome,
    ...(outcome.client ? { client: outcome.client.map(dated) } : {}),
    ...(outcome.endpoint ? { endpoint: outcome.endpoint.map(dated) } : {}),
  };
}

function fieldsWithDates(fields: Readonly<Record<string, ExpectedField>>, moments: Moments) {
  const dated = (expected: ExpectedField): ExpectedField => {
    if (typeof expected === "string") return withDates(expected, moments);
    if (expected === undefined || expected instanceof RegExp) return expected;
    return expected.map((value) => withDates(value, moments));
  };
  return Object.fromEntries(Object.entries(fields).map(([name, expected]) => [name, dated(expected)]));
}

/** RFC 9110 section 5.6.7: the one form that is sent, and the two that must be understood. */
function httpDate(date: Date, form: string | undefined): string {
  const imf = date.toUTCString();
  if (form === undefined) return imf;
  const [, day = "", month = "", year = "", time = ""] = imf.split(" ");
  const weekday = DAYS[date.getUTCDay()] as string;
  if (form === "rfc850") return `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
  return `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
}
