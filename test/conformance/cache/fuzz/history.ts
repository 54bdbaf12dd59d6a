import fc from "fast-check";

/** What a response says; times in seconds. */
export interface Said {
  readonly maxAge?: number | undefined;
  readonly sMaxage?: number | undefined;
  readonly flags: readonly Flag[];
  readonly staleWhileRevalidate?: number | undefined;
  readonly staleIfError?: number | undefined;
  /** From its Date. */
  readonly expires?: number | undefined;
  readonly age?: number | undefined;
  readonly vary?: "X-A" | "*" | undefined;
  readonly cookie: boolean;
  readonly status: number;
  /** It has a validator, and is a 304 to whoever names one that it sent before. */
  readonly tagged: boolean;
  readonly unchanged: boolean;
  /** The endpoint ends the connection instead. */
  readonly fails: boolean;
  /** How it is written: 32 bits that decide on letters, order, white space, quotes and lines. */
  readonly spelling: number;
}

export const FLAGS = [
  "no-store",
  "no-cache",
  "private",
  "public",
  "must-revalidate",
  "proxy-revalidate",
  "immutable",
  "no-transform",
] as const;
export type Flag = (typeof FLAGS)[number];

/** A request, how long after the one before it comes, and what the endpoint would answer. */
export interface Move {
  readonly after: number;
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly path: "/a" | "/b";
  readonly variant: "1" | "2" | undefined;
  readonly credentials: "1" | "2" | undefined;
  readonly wants: string | undefined;
  /** A GET that says nothing else asks for a part, or with the last ETag that the endpoint has sent. */
  readonly asks: "part" | "changes" | undefined;
  readonly said: Said;
}

const one = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const seldom = <T>(...values: T[]): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: one(...values) });

const said: fc.Arbitrary<Said> = fc.record({
  maxAge: fc.oneof({ weight: 3, arbitrary: one(10, 60, 60, 600) }, { weight: 1, arbitrary: one(undefined, 0) }),
  sMaxage: seldom(0, 10, 600),
  flags: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.uniqueArray(one(...FLAGS), { maxLength: 2 }) },
  ),
  staleWhileRevalidate: seldom(30),
  staleIfError: seldom(30),
  expires: seldom(-60, 10, 60, 600),
  age: seldom(4, 40, 4000),
  vary: seldom("X-A" as const, "X-A" as const, "*" as const),
  cookie: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  status: fc.oneof({ weight: 6, arbitrary: fc.constant(200) }, { weight: 2, arbitrary: one(404, 302, 500, 503) }),
  tagged: fc.boolean(),
  unchanged: fc.boolean(),
  fails: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  spelling: fc.nat(),
});

const move: fc.Arbitrary<Move> = fc.record({
  after: one(0, 0, 0, 3, 7, 23, 47, 200),
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constant("GET" as const) },
    { weight: 2, arbitrary: one("HEAD" as const, "POST" as const, "PUT" as const) },
  ),
  path: one("/a" as const, "/a" as const, "/a" as const, "/b" as const),
  variant: one("1" as const, "2" as const, undefined, undefined),
  credentials: seldom("1" as const, "2" as const),
  wants: seldom(
    "no-cache",
    "max-age=0",
    "max-age=20",
    "max-stale",
    "max-stale=20",
    "min-fresh=20",
    "no-store",
    "only-if-cached",
  ),
  asks: seldom("part" as const, "changes" as const),
  said,
});

/** Some requests, one after the other. */
export const history: fc.Arbitrary<Move[]> = fc.array(move, { minLength: 2, maxLength: 10 });

/** The response's field lines, spelled in one of the ways that mean the same. */
export function writeFields(spoken: Said, tag: string): string {
  const bits = new Bits(spoken.spelling);
  const times: readonly (readonly [string, number | undefined])[] = [
    ["max-age", spoken.maxAge],
    ["s-maxage", spoken.sMaxage],
    ["stale-while-revalidate", spoken.staleWhileRevalidate],
    ["stale-if-error", spoken.staleIfError],
  ];
  const directives = [
    ...spoken.flags.map((flag) => bits.letters(flag)),
    ...times.flatMap(([name, value]) => (value === undefined ? [] : [`${bits.letters(name)}=${bits.quoted(value)}`])),
  ];
  // Beside others only: by itself it would replace all that was said before.
  if (bits.next() && directives.length > 0) directives.push('x-unknown="no-store, private"');
  if (bits.next()) directives.reverse();
  const split = bits.next() ? Math.floor(directives.length / 2) : directives.length;
  const lines = [directives.slice(0, split), directives.slice(split)].filter((each) => each.length > 0);
  return [
    "Date: <now>",
    ...lines.map((each) => `${bits.letters("Cache-Control")}: ${each.join(bits.next() ? " ,\t" : ",")}`),
    ...(spoken.expires === undefined ? [] : [`Expires: <now${spoken.expires < 0 ? "" : "+"}${spoken.expires}>`]),
    ...(spoken.age === undefined ? [] : [`Age: ${spoken.age}`]),
    ...(spoken.vary === undefined ? [] : [`Vary: ${bits.letters(spoken.vary)}`]),
    ...(spoken.cookie ? ["Set-Cookie: a=b"] : []),
    ...(spoken.tagged ? [`ETag: ${tag}`] : []),
  ].join("\r\n");
}

/** Decisions, one after the other. */
class Bits {
  private rest: number;

  constructor(number: number) {
    this.rest = number;
  }

  next(): boolean {
    const bit = this.rest & 1;
    this.rest = (this.rest >>> 1) | (bit << 30);
    return bit === 1;
  }

  letters(text: string): string {
    return this.next() ? text.toUpperCase() : text;
  }

  quoted(value: number): string {
    return this.next() && this.next() ? `"${value}"` : `0${value}`.slice(this.next() ? 0 : 1);
  }
}
