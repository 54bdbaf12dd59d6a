import type { CacheCase, CacheSettings } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  FAILS,
  get,
  ifMatching,
  notModified,
  refetch,
  step,
  store,
  cached,
  fetched,
  either,
} from "./shapes.ts";

const ERRORS = [500, 502, 503, 504];

/** Stored with these lines and stale by now; the endpoint fails, and the client is told so. */
const refused = (name: string, section: string, cacheControl: string, settings: CacheSettings = {}): CacheCase =>
  cacheCase(
    name,
    section,
    "MUST NOT",
    [
      store(`Cache-Control: ${cacheControl}\r\nETag: "v1"`),
      step(get(), FAILS, { client: [{ status: ERRORS }] }, { later: 2 }),
    ],
    { settings },
  );

/** Stale by now; the endpoint is asked before anybody is answered. */
const asked = (name: string, section: string, cacheControl: string, settings: CacheSettings = {}): CacheCase =>
  cacheCase(
    name,
    section,
    "MUST NOT",
    [store(`Cache-Control: ${cacheControl}\r\nETag: "v1"`), refetch(get(), { later: 2 })],
    { settings },
  );

const BOTH = { staleIfError: 600, staleWhileRevalidate: 600 };

/** RFC 9111 section 4.2.4: stale responses. */
export const STALE_CASES: readonly CacheCase[] = [
  refused("must-revalidate: an error is not hidden", "9111 5.2.2.2", "max-age=1, must-revalidate"),
  refused("must-revalidate, in spite of staleIfError", "9111 5.2.2.2", "max-age=1, must-revalidate", BOTH),
  refused("proxy-revalidate: an error is not hidden", "9111 5.2.2.8", "max-age=1, proxy-revalidate"),
  refused("proxy-revalidate, in spite of staleIfError", "9111 5.2.2.8", "max-age=1, proxy-revalidate", BOTH),
  refused("s-maxage: an error is not hidden", "9111 5.2.2.10", "s-maxage=1"),
  refused("s-maxage, in spite of staleIfError", "9111 5.2.2.10", "s-maxage=1", BOTH),
  refused("no-cache: an error is not hidden", "9111 5.2.2.4", "no-cache, max-age=1"),
  refused("no-cache, in spite of staleIfError", "9111 5.2.2.4", "no-cache, max-age=1", BOTH),
  refused(
    "stale-if-error does not lift must-revalidate",
    "9111 5.2.2.2",
    "max-age=1, must-revalidate, stale-if-error=600",
  ),
  asked("a stale response is not served where nobody allows it", "9111 4.2.4", "max-age=1"),
  asked("must-revalidate, in spite of staleWhileRevalidate", "9111 5.2.2.2", "max-age=1, must-revalidate", BOTH),
  asked("proxy-revalidate, in spite of staleWhileRevalidate", "9111 5.2.2.8", "max-age=1, proxy-revalidate", BOTH),
  asked(
    "stale-while-revalidate does not lift must-revalidate",
    "9111 5.2.2.2",
    "max-age=1, must-revalidate, stale-while-revalidate=60",
  ),
  asked(
    "stale-while-revalidate does not lift no-cache",
    "9111 5.2.2.4",
    "max-age=1, no-cache, stale-while-revalidate=60",
  ),
  asked("s-maxage, in spite of staleWhileRevalidate", "9111 5.2.2.10", "s-maxage=1", BOTH),
  cacheCase(
    "a connection that is refused is an error to whoever must revalidate",
    "9111 5.2.2.2",
    "MUST NOT",
    [
      store('Cache-Control: max-age=1, must-revalidate\r\nETag: "v1"'),
      step(get(), answer("", "two"), { client: [{ status: ERRORS }] }, { later: 2, endpointDown: true }),
    ],
    { settings: BOTH },
  ),
  cacheCase(
    "a 500 in answer to a validation goes through with must-revalidate",
    "9111 4.3.3",
    "MUST",
    [
      store('Cache-Control: max-age=1, must-revalidate\r\nETag: "v1"'),
      step(
        get(),
        answer("", "oops", "500 Internal Server Error"),
        { client: [{ status: 500, body: "oops" }] },
        { later: 2 },
      ),
    ],
    { settings: BOTH },
  ),
  cacheCase("after an error, what is stored can still be validated", "9111 4.3.3", "good", [
    store('Cache-Control: max-age=1, must-revalidate\r\nETag: "v1"'),
    step(get(), FAILS, { client: [{ status: ERRORS }] }, { later: 2, premise: true }),
    step(
      get(),
      ifMatching('"v1"', notModified('ETag: "v1"\r\nCache-Control: max-age=60'), answer("", "two")),
      fetched("one"),
    ),
    step(get(), answer("", "three"), cached("one")),
  ]),
  cacheCase("an error of the gateway's own is not stored", "9111 3", "MUST NOT", [
    step(get(), FAILS, { client: [{ status: ERRORS }] }, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase(
    "nor with ttl",
    "9111 3",
    "MUST NOT",
    [
      step(get(), FAILS, { client: [{ status: ERRORS }] }, { premise: true }),
      step(get(), answer("", "two"), either("two")),
    ],
    { settings: { ttl: 60 } },
  ),
];
