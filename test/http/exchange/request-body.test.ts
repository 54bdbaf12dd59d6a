import { describe, expect, it } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import type { EndpointLink } from "../../../src/http/endpoint/endpoint-link.ts";
import { RequestBody } from "../../../src/http/exchange/request-body.ts";

const framing = new Framing();

/** A link that keeps what it is given, "." for the end; it asks for a pause after `room` octets. */
function linkOf(room = Number.POSITIVE_INFINITY) {
  const writes: string[] = [];
  const open = (): boolean => writes.reduce((sum, text) => sum + text.length, 0) < room;
  const link: EndpointLink = {
    ready: true,
    sendHead: (head, _framing, part) => {
      writes.push(head + (part?.toString("latin1") ?? ""));
      return open();
    },
    sendBody: (part) => {
      writes.push(part.toString("latin1"));
      return open();
    },
    sendEnd: (trailers) => void writes.push(`${trailers}.`),
    resume: () => {},
    destroy: () => {},
  };
  return { writes, link };
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
    const { link, writes } = linkOf();
    expect([body.complete, body.sendOn(link, "HEAD", framing)]).toEqual([true, true]);
    expect(writes).toEqual(["HEAD", "."]);
  });

  it("sends the head and a small body in one write, octet for octet", () => {
    const body = started();
    body.push(Buffer.from("\xff\0\xe4", "latin1"));
    const { link, writes } = linkOf();
    body.sendOn(link, "HEAD", framing);
    expect(writes).toEqual(["HEAD\xff\0\xe4"]);
  });

  it("sends the first part with the head, and the others in order", () => {
    const body = started();
    body.push(octets(17 * KiB));
    body.push(Buffer.from("end"));
    const { link, writes } = linkOf();
    body.sendOn(link, "HEAD", framing);
    expect(writes.map((text) => text.length)).toEqual([4 + 17 * KiB, 3]);
  });

  it("sends each part once to one connection, and all of them anew to the next", () => {
    const body = started();
    const first = linkOf();
    body.push(Buffer.from("a"));
    body.sendOn(first.link, "1:", framing);
    body.push(Buffer.from("b"));
    body.sendOn(first.link, "", framing);
    body.sendOn(first.link, "", framing);
    expect(first.writes).toEqual(["1:a", "b"]);
    body.rewind();
    const second = linkOf();
    body.sendOn(second.link, "2:", framing);
    expect(second.writes.join("")).toBe("2:ab");
    expect([body.replayable, body.octets]).toEqual([true, 2]);
  });

  it("tells each connection once that it is complete, with its trailers", () => {
    const body = started();
    const first = linkOf();
    body.push(Buffer.from("a"));
    body.sendOn(first.link, "1:", framing);
    body.complete = true;
    body.trailers = "x: 1\r\n";
    body.sendOn(first.link, "", framing);
    body.sendOn(first.link, "", framing);
    expect(first.writes).toEqual(["1:a", "x: 1\r\n."]);
    body.rewind();
    const second = linkOf();
    body.sendOn(second.link, "2:", framing);
    expect(second.writes).toEqual(["2:a", "x: 1\r\n."]);
  });

  it("can be sent again up to 64 KiB, and not beyond", () => {
    const body = started();
    const { link } = linkOf();
    expect(body.push(octets(64 * KiB))).toBe(true);
    body.sendOn(link, "HEAD", framing);
    expect(body.replayable).toBe(true);
    expect(body.push(octets(1))).toBe(false);
    body.sendOn(link, "", framing);
    expect([body.replayable, body.octets]).toEqual([false, 64 * KiB + 1]);
  });

  it("goes on sending what comes after it was let go, once", () => {
    const body = started();
    const { link, writes } = linkOf();
    body.push(octets(65 * KiB));
    body.sendOn(link, "", framing);
    body.push(Buffer.from("more"));
    body.sendOn(link, "", framing);
    body.sendOn(link, "", framing);
    expect(writes.slice(1)).toEqual(["more"]);
    expect(body.replayable).toBe(false);
  });

  it("tells the client to wait when too much is held and nothing can be sent", () => {
    const body = started();
    expect([body.push(octets(60 * KiB)), body.push(octets(5 * KiB))]).toEqual([true, false]);
    // It is held all the same: nothing that came is lost.
    const { link, writes } = linkOf();
    body.sendOn(link, "", framing);
    expect(writes.join("").length).toBe(65 * KiB);
  });

  it("passes on that the connection has too much to send", () => {
    const body = started();
    body.push(octets(20 * KiB));
    expect(body.sendOn(linkOf(10 * KiB).link, "", framing)).toBe(false);
  });

  it("forgets the body before", () => {
    const body = started();
    body.push(octets(70 * KiB));
    body.sendOn(linkOf().link, "", framing);
    body.start(true);
    expect([body.replayable, body.octets, body.complete]).toEqual([true, 0, false]);
    const { link, writes } = linkOf();
    body.sendOn(link, "HEAD", framing);
    expect(writes).toEqual(["HEAD"]);
  });

  it("knows whether all of it will be here once it has been sent", () => {
    const body = started();
    body.push(octets(64 * KiB));
    expect([body.replayable, body.staysHeld]).toEqual([true, true]);
    body.push(octets(1));
    expect([body.replayable, body.staysHeld]).toEqual([true, false]);
    const whole = started();
    whole.end();
    whole.replace(octets(100 * KiB));
    expect(whole.staysHeld).toBe(true);
  });

  it("is not sent to its end before the end has been given to the link, though all of it has come", () => {
    const body = started();
    const { link } = linkOf();
    const other = linkOf().link;
    body.push(Buffer.from("one"));
    body.sendOn(link, "HEAD", framing);
    body.push(Buffer.from("two"));
    body.end();
    expect(body.isSentOn(link)).toBe(false);
    body.sendOn(link, "", framing);
    expect([body.isSentOn(link), body.isSentOn(other)]).toEqual([true, false]);
    body.sendWhole(other, "HEAD", framing);
    expect([body.isSentOn(link), body.isSentOn(other)]).toEqual([true, true]);
    body.rewind();
    expect([body.isSentOn(link), body.isSentOn(other)]).toEqual([false, false]);
  });
});
