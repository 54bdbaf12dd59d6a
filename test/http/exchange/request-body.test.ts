import { describe, expect, it } from "vitest";
import type { EndpointConnection } from "../../../src/http/endpoint/endpoint-connection.ts";
import { RequestBody } from "../../../src/http/exchange/request-body.ts";

/** A connection that keeps what it is given; it asks for a pause after `room` octets. */
function connectionOf(room = Number.POSITIVE_INFINITY) {
  const writes: string[] = [];
  const count = (): number => writes.reduce((sum, text) => sum + text.length, 0);
  const connection = {
    writeText: (text: string) => void writes.push(text),
    writeBytes: (bytes: Buffer) => {
      writes.push(bytes.toString("latin1"));
      return count() < room;
    },
  };
  return { writes, connection: connection as unknown as EndpointConnection };
}

function started(): RequestBody {
  const body = new RequestBody();
  body.start(true);
  return body;
}

const octets = (count: number): Buffer => Buffer.alloc(count, "x");
const KiB = 1024;

describe("RequestBody", () => {
  it("is complete at once where there is none, and sends the head alone", () => {
    const body = new RequestBody();
    body.start(false);
    const { connection, writes } = connectionOf();
    expect([body.complete, body.sendOn(connection, "HEAD")]).toEqual([true, true]);
    expect(writes).toEqual(["HEAD"]);
  });

  it("sends the head and a small body in one write, octet for octet", () => {
    const body = started();
    body.push(Buffer.from("\xff\0\xe4", "latin1"));
    const { connection, writes } = connectionOf();
    body.sendOn(connection, "HEAD");
    expect(writes).toEqual(["HEAD\xff\0\xe4"]);
  });

  it("sends a large body behind the head, and several parts in order", () => {
    const body = started();
    body.push(octets(17 * KiB));
    body.push(Buffer.from("end"));
    const { connection, writes } = connectionOf();
    body.sendOn(connection, "HEAD");
    expect(writes.map((text) => text.length)).toEqual([4, 17 * KiB, 3]);
  });

  it("sends each part once to one connection, and all of them anew to the next", () => {
    const body = started();
    const first = connectionOf();
    body.push(Buffer.from("a"));
    body.sendOn(first.connection, "1:");
    body.push(Buffer.from("b"));
    body.sendOn(first.connection, "");
    body.sendOn(first.connection, "");
    expect(first.writes).toEqual(["1:a", "b"]);
    body.rewind();
    const second = connectionOf();
    body.sendOn(second.connection, "2:");
    expect(second.writes.join("")).toBe("2:ab");
    expect([body.replayable, body.octets]).toEqual([true, 2]);
  });

  it("can be sent again up to 64 KiB, and not beyond", () => {
    const body = started();
    const { connection } = connectionOf();
    expect(body.push(octets(64 * KiB))).toBe(true);
    body.sendOn(connection, "HEAD");
    expect(body.replayable).toBe(true);
    expect(body.push(octets(1))).toBe(false);
    body.sendOn(connection, "");
    expect([body.replayable, body.octets]).toEqual([false, 64 * KiB + 1]);
  });

  it("goes on sending what comes after it was let go, once", () => {
    const body = started();
    const { connection, writes } = connectionOf();
    body.push(octets(65 * KiB));
    body.sendOn(connection, "");
    body.push(Buffer.from("more"));
    body.sendOn(connection, "");
    body.sendOn(connection, "");
    expect(writes.slice(1)).toEqual(["more"]);
    expect(body.replayable).toBe(false);
  });

  it("tells the client to wait when too much is held and nothing can be sent", () => {
    const body = started();
    expect([body.push(octets(60 * KiB)), body.push(octets(5 * KiB))]).toEqual([true, false]);
    // It is held all the same: nothing that came is lost.
    const { connection, writes } = connectionOf();
    body.sendOn(connection, "");
    expect(writes.join("").length).toBe(65 * KiB);
  });

  it("passes on that the connection has too much to send", () => {
    const body = started();
    body.push(octets(20 * KiB));
    expect(body.sendOn(connectionOf(10 * KiB).connection, "")).toBe(false);
  });

  it("forgets the body before", () => {
    const body = started();
    body.push(octets(70 * KiB));
    body.sendOn(connectionOf().connection, "");
    body.start(true);
    expect([body.replayable, body.octets, body.complete]).toEqual([true, 0, false]);
    const { connection, writes } = connectionOf();
    body.sendOn(connection, "HEAD");
    expect(writes).toEqual(["HEAD"]);
  });
});
