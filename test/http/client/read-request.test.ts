import { describe, expect, it } from "vitest";
import { readRequest } from "../../../src/http/client/read-request.ts";
import { ForwardingFields } from "../../../src/http/exchange/forwarding-fields.ts";
import type { RequestView } from "../../../src/http/exchange/request-view.ts";
import { lines, viewOf } from "../messages.ts";

function read(trusted: boolean, ...fields: readonly string[]): RequestView {
  const view = viewOf(lines("GET / HTTP/1.1", "Host: a", ...fields));
  view.clientIp = "10.0.0.9";
  const forwarding = new ForwardingFields({
    peerIp: "10.0.0.9",
    peerTrusted: trusted,
    isTrusted: (ip) => ip.startsWith("10."),
    scheme: "http",
    port: 80,
    instance: "g",
    development: true,
  });
  expect(readRequest(view, forwarding)).toBeUndefined();
  return view;
}

describe("readRequest", () => {
  it.each([
    ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"],
    ["Forwarded: for=192.0.2.1;proto=https", "X-Unused: 1"],
  ])("takes the client's address and scheme of a trusted peer's %s, of nobody else's", (...fields) => {
    expect(read(true, ...fields)).toMatchObject({ clientIp: "192.0.2.1", scheme: "https" });
    expect(read(false, ...fields)).toMatchObject({ clientIp: "10.0.0.9", scheme: "http" });
  });
});
