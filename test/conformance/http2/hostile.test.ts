import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { startRecordingEndpoint } from "../http1/recording-endpoint.ts";
import { BODY_CASES, FIELD_CASES, FRAME_CASES, type HostileCase, PSEUDO_CASES } from "./cases.ts";
import { GET, headers } from "./frames.ts";
import { connectHttp2 } from "./raw-client.ts";

const SENTINEL = "GET /sentinel HTTP/1.1";

async function startPair() {
  const endpoint = await startRecordingEndpoint();
  const { port, gateway } = await startGateway({
    services: { all: { endpoints: [endpoint.url] } },
    routes: [{ match: "/", service: "all" }],
    limits: { headerTimeout: "300ms", keepAliveTimeout: "300ms", bodyTimeout: "300ms" },
  });
  return { endpoint, port, gateway };
}

async function hold({ send, ends, reaches = [] }: HostileCase): Promise<void> {
  const { endpoint, port, gateway } = await startPair();
  const client = await connectHttp2(port);
  client.send(...send);
  const ending = await client.ending(1);
  if (typeof ends === "string") expect(ending).toBe(ends);
  else expect(ending).toMatch(ends);

  // Whatever the gateway let through has arrived by the time that a later request has been answered.
  const other = await connectHttp2(port);
  other.send(headers(1, [...GET.slice(0, 3), [":path", "/sentinel"]]));
  expect(await other.ending(1)).toBe("200");
  const lines = endpoint.messages().map(({ line }) => line);
  expect(lines.filter((line) => line !== SENTINEL)).toEqual(reaches);
  expect(endpoint.connections.join("").match(/smuggled/g) ?? []).toHaveLength(expected(send, reaches));
  client.socket.destroy();
  other.socket.destroy();
  await until(() => atRest(gateway) && gateway.connections === 0, "something is still in use");
}

/** As data of a body it may go on, and nowhere else. */
function expected(send: readonly Buffer[], reaches: readonly string[]): number {
  const inBody = send.some((octets) => octets[3] === 0 && octets.includes("smuggled"));
  return inBody && reaches.includes("POST /x HTTP/1.1") ? 1 : 0;
}

describe("a malformed request is answered 400 or reset, and nothing of it reaches an endpoint", () => {
  it.each(PSEUDO_CASES)("pseudo-header fields: $name", hold);
  it.each(FIELD_CASES)("fields: $name", hold);
  it.each(BODY_CASES)("bodies and trailers: $name", hold);
});

describe("what is no HTTP/2 ends the connection", () => {
  it.each(FRAME_CASES)("$name", hold);
});
