import { valuesOf } from "../../http1/probes/read-octets.ts";
import type { SeenRequest } from "../../http1/probes/scripted-endpoint.ts";
import type { Answer, CacheCase } from "../cache-case.ts";
import {
  answer,
  bare,
  cacheCase,
  either,
  fetched,
  get,
  head,
  notReused,
  refetch,
  request,
  reuse,
  step,
  store,
} from "./shapes.ts";

const FRESH = "Cache-Control: max-age=60";

/** An endpoint that trusts a field: what it says stands in the response. */
const mirror =
  (name: string): Answer =>
  (seen: SeenRequest) =>
    answer(FRESH, `link to ${valuesOf(seen.fields, name).join(", ").includes("evil") ? "evil" : "home"}`);

/** Somebody sends this field with a lie; others must not see it. */
const unkeyed = (field: string, value = "evil.test", name = field): CacheCase =>
  cacheCase(`${name}: ${value} of one client does not reach others`, "9111 7.1", "good", [
    step(get(`${field}: ${value}`), mirror(field.toLowerCase()), {}, { premise: true }),
    step(get(), mirror(field.toLowerCase()), either("link to home")),
  ]);

/** A request that the endpoint answers with an error, which it does not forbid to store. */
const denied = (name: string, ask: string, status: string): CacheCase =>
  cacheCase(name, "9111 7.1", "good", [
    step(ask, answer("", "error", status), {}, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]);

const at = (target: string, lines = ""): string => get(lines, target);
const mine = answer("", "my account");

/** RFC 9111 section 7.1, and what is known of poisoning and deceiving caches. */
export const POISONING_CASES: readonly CacheCase[] = [
  unkeyed("X-Forwarded-Host"),
  unkeyed("X-Forwarded-Proto", "evil"),
  unkeyed("X-Forwarded-Port", "evil"),
  unkeyed("X-Forwarded-For"),
  unkeyed("Forwarded", "host=evil.test"),
  unkeyed("X-Original-URL", "/evil"),
  unkeyed("X-Rewrite-URL", "/evil"),
  unkeyed("X-HTTP-Method-Override", "evil"),
  cacheCase("a path that looks like a picture is no reason to store", "9111 3", "MUST NOT", [
    step(at("/account/me.css"), mine, either("my account"), { premise: true }),
    step(at("/account/me.css"), answer("", "two"), fetched("two")),
  ]),
  cacheCase("nor one with a parameter that looks like it", "9111 3", "MUST NOT", [
    step(at("/account;me.js"), mine, either("my account"), { premise: true }),
    step(at("/account;me.js"), answer("", "two"), fetched("two")),
  ]),
  cacheCase("nor an encoded end of line", "9111 3", "MUST NOT", [
    step(at("/account%0Ame.css"), mine, {}, { premise: true }),
    step(at("/account%0Ame.css"), answer("", "two"), [fetched("two"), { client: [{ status: 400 }] }]),
  ]),
  cacheCase("a response that belongs to one path is not found under another spelling of it", "9111 4", "MUST NOT", [
    step(at("/static/..%2Faccount"), answer(FRESH, "one"), {}, { premise: true }),
    step(at("/account"), answer("", "two"), either("two")),
  ]),
  cacheCase("encoded dots do not lead to another entry", "9111 4", "MUST NOT", [
    step(at("/x/%2e%2e/account"), answer(FRESH, "one"), {}, { premise: true }),
    step(at("/account"), answer("", "two"), either("two")),
  ]),
  cacheCase("a fragment in the target does not share its path's entry", "9112 3.2", "good", [
    step(at("/a#evil"), answer(FRESH, "evil"), {}, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("a port in Host is part of the key, where the endpoint sees it", "9111 7.1", "good", [
    step(
      get("Host: a.test:1337"),
      (seen) => answer(FRESH, valuesOf(seen.fields, "host")[0] ?? ""),
      {},
      { premise: true },
    ),
    step(get(), (seen) => answer(FRESH, valuesOf(seen.fields, "host")[0] ?? ""), either("a.test")),
  ]),
  cacheCase("another host in the target than in Host does not mix them up", "9112 3.2.2", "MUST", [
    step(
      "GET http://b.test/a HTTP/1.1\r\nHost: a.test\r\n\r\n",
      (seen) => answer(FRESH, valuesOf(seen.fields, "host")[0] ?? ""),
      {},
      {
        premise: true,
      },
    ),
    step(get(), (seen) => answer(FRESH, valuesOf(seen.fields, "host")[0] ?? ""), either("a.test")),
  ]),
  cacheCase("a GET with a body is not stored for those without", "9111 7.1", "good", [
    step(request("GET", "", "/a", "x=evil"), (seen) => answer(FRESH, `found ${seen.body}`), {}, { premise: true }),
    step(get(), (seen) => answer(FRESH, `found ${seen.body}`), either("found ")),
  ]),
  cacheCase("a GET with a body does not read what others stored", "9111 7.1", "good", [
    step(get(), (seen) => answer(FRESH, `found ${seen.body}`), either("found "), { premise: true }),
    step(request("GET", "", "/a", "x=mine"), (seen) => answer(FRESH, `found ${seen.body}`), fetched("found x=mine")),
  ]),
  cacheCase("a GET that claims to be a DELETE is not stored for plain ones", "9111 7.1", "good", [
    step(
      get("X-HTTP-Method-Override: DELETE"),
      (seen) => answer(FRESH, valuesOf(seen.fields, "x-http-method-override").length > 0 ? "deleted" : "one"),
      {},
      { premise: true },
    ),
    step(
      get(),
      (seen) => answer(FRESH, valuesOf(seen.fields, "x-http-method-override").length > 0 ? "deleted" : "two"),
      either("two"),
    ),
  ]),
  denied(
    "a head that is too large for the endpoint does not deny it to others",
    get(`X-A: ${"a".repeat(6_000)}`),
    "400 Bad Request",
  ),
  denied("nor a field that it does not like", get("X-Meta: \\x07"), "400 Bad Request"),
  denied("nor a range that it cannot satisfy", get("Range: bytes=99999-"), "416 Range Not Satisfiable"),
  denied("nor an expectation that it cannot meet", get("Accept: nothing/at-all"), "406 Not Acceptable"),
  denied("nor one that it is too busy for", get(), "503 Service Unavailable"),
  denied("nor one that has to log in", get(), "401 Unauthorized"),
  denied("nor one that it does not allow", get("User-Agent: bot"), "403 Forbidden"),
  denied("nor one that it limits", get(), "429 Too Many Requests"),
  notReused("a cookie for one client is not given to another", "9111 7.3", "good", `${FRESH}\r\nSet-Cookie: id=1`),
  notReused("nor in one of several lines", "9111 7.3", "good", `${FRESH}\r\nSet-Cookie: id=1\r\nSet-Cookie: id=2`),
  notReused("nor with s-maxage", "9111 7.3", "good", "Cache-Control: s-maxage=60\r\nSet-Cookie: id=1"),
  cacheCase("a HEAD that is answered as if there were nothing does not empty the GET", "9111 4.3.5", "MUST NOT", [
    step(head(), (seen) => answer(FRESH, seen.line.startsWith("HEAD") ? "" : "two"), {}, { premise: true }),
    step(get(), answer(FRESH, "two"), either("two")),
  ]),
  cacheCase("a response of HTTP/1.0 is stored as any other", "9111 3", "good", [
    step(
      get(),
      bare("200 OK", `Date: <now>\r\n${FRESH}\r\nContent-Length: 3`, "one").replace("HTTP/1.1", "HTTP/1.0"),
      either("one"),
      { premise: true },
    ),
    reuse(),
  ]),
  cacheCase("a request of HTTP/1.0 without Host does not poison one with", "9112 3.2", "good", [
    step("GET /a HTTP/1.0\r\n\r\n", answer(FRESH, "evil"), {}, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("a request that is no HTTP stores nothing", "9112 3", "MUST NOT", [
    step("GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n", answer(FRESH, "evil"), {}, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("an answer with two lengths is not stored", "9112 6.3", "MUST NOT", [
    step(
      get(),
      bare("200 OK", `Date: <now>\r\n${FRESH}\r\nContent-Length: 3\r\nContent-Length: 30`, "one"),
      {},
      { premise: true },
    ),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("a line end in a stored field does not come back as two", "9112 5.2", "MUST NOT", [
    step(get(), bare("200 OK", `Date: <now>\r\n${FRESH}\r\nX-A: b\r\n folded\r\nContent-Length: 3`, "one"), {
      clientNever: "\r\n folded",
    }),
    step(get(), answer("", "two"), { clientNever: "\r\n folded" }),
  ]),
  cacheCase("a request for an upgrade is not answered from the cache", "9110 7.8", "good", [
    store(FRESH),
    step(
      get(
        "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ),
      answer("", "no", "403 Forbidden"),
      either("no", { status: 403 }),
    ),
  ]),
  cacheCase("a client's hop-by-hop list does not take away what keeps callers apart", "9111 3.5", "MUST NOT", [
    step(get("Authorization: Bearer a\r\nConnection: authorization"), answer(FRESH, "secret"), {}, { premise: true }),
    refetch(),
  ]),
  cacheCase("many variants do not push each other into a mix-up", "9111 4.1", "MUST NOT", [
    ...Array.from({ length: 12 }, (_, i) =>
      step(get(`User-Agent: ${i}`), answer(`${FRESH}\r\nVary: User-Agent`, `for ${i}`), either(`for ${i}`), {
        premise: true,
      }),
    ),
    step(get("User-Agent: 0"), answer(`${FRESH}\r\nVary: User-Agent`, "for 0"), either("for 0")),
    step(get("User-Agent: 7"), answer(`${FRESH}\r\nVary: User-Agent`, "for 7"), either("for 7")),
  ]),
];
