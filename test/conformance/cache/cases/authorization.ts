import type { CacheCase } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  get,
  ifMatching,
  notModified,
  notReused,
  refetch,
  reuse,
  reused,
  step,
  fetched,
  store,
} from "./shapes.ts";

const MINE = get("Authorization: Bearer mine");
const YOURS = get("Authorization: Bearer yours");

/** RFC 9111 section 3.5: responses to requests with Authorization. */
export const AUTHORIZATION_CASES: readonly CacheCase[] = [
  notReused(
    "a response to Authorization is not shared with others",
    "9111 3.5",
    "MUST NOT",
    "Cache-Control: max-age=60",
    {
      asks: [MINE, YOURS],
    },
  ),
  notReused("nor with those who send none", "9111 3.5", "MUST NOT", "Cache-Control: max-age=60", {
    asks: [MINE, get()],
  }),
  notReused("nor reused for the same credentials", "9111 3.5", "MUST NOT", "Cache-Control: max-age=60", {
    asks: [MINE, MINE],
  }),
  notReused("nor with Expires", "9111 3.5", "MUST NOT", "Expires: <3600>", { asks: [MINE, MINE] }),
  notReused("nor by guessing", "9111 3.5", "MUST NOT", "Last-Modified: <-864000>", { asks: [MINE, MINE] }),
  notReused("Basic credentials are no exception", "9111 3.5", "MUST NOT", "Cache-Control: max-age=60", {
    asks: [get("Authorization: Basic YTpi"), get()],
  }),
  reused("public allows it", "9111 3.5", "MAY", "Cache-Control: public, max-age=60", { asks: [MINE, YOURS] }),
  reused("s-maxage allows it", "9111 3.5", "MAY", "Cache-Control: s-maxage=60", { asks: [MINE, YOURS] }),
  reused("must-revalidate allows it", "9111 3.5", "MAY", "Cache-Control: must-revalidate, max-age=60", {
    asks: [MINE, YOURS],
  }),
  reused("what was stored without Authorization answers with it", "9111 3.5", "MAY", "Cache-Control: max-age=60", {
    asks: [get(), MINE],
  }),
  notReused(
    "private is private, public or not",
    "9111 5.2.2.7",
    "MUST NOT",
    "Cache-Control: private, must-revalidate, max-age=60",
    {
      asks: [MINE, YOURS],
    },
  ),
  notReused(
    "Vary: Authorization keeps callers apart",
    "9111 4.1",
    "MUST NOT",
    "Cache-Control: public, max-age=60\r\nVary: Authorization",
    {
      asks: [MINE, YOURS],
    },
  ),
  cacheCase("stale with must-revalidate, it is validated", "9111 3.5", "MUST", [
    store('Cache-Control: must-revalidate, max-age=1\r\nETag: "v1"', MINE),
    refetch(YOURS, { later: 2 }),
  ]),
  cacheCase("the validating request bears the caller's own Authorization", "9111 4.3.1", "MUST", [
    store('Cache-Control: public, max-age=1\r\nETag: "v1"', MINE),
    step(
      YOURS,
      ifMatching('"v1"', notModified('ETag: "v1"'), answer("", "two")),
      [
        fetched("one", { asked: { authorization: ["Bearer yours"] } }),
        fetched("two", { asked: { authorization: ["Bearer yours"] } }),
      ],
      { later: 2 },
    ),
  ]),
  cacheCase("a fetch with Authorization does not replace what is stored for all", "9111 3.5", "MUST NOT", [
    store("Cache-Control: max-age=60"),
    step(
      get("Authorization: Bearer mine\r\nCache-Control: no-cache"),
      answer("Cache-Control: max-age=60", "mine"),
      {},
      {
        premise: true,
      },
    ),
    step(get(), answer("", "two"), [
      { client: [{ status: 200, body: "one" }] },
      { client: [{ status: 200, body: "two" }] },
    ]),
  ]),
  cacheCase("Cookie alone does not prevent reuse", "9111 7.3", "MAY", [
    store("Cache-Control: max-age=60", get("Cookie: a=1")),
    reuse(get("Cookie: a=2")),
  ]),
];
