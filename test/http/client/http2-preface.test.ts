import { describe, expect, it } from "vitest";
import { matchPreface } from "../../../src/http/client/http2-preface.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

describe("the preface of HTTP/2", () => {
  it("is known from any part of it", () => {
    for (let length = 0; length < PREFACE.length; length++) {
      expect([length, matchPreface(Buffer.from(PREFACE.slice(0, length)))]).toEqual([length, "partly"]);
    }
    expect(matchPreface(Buffer.from(PREFACE))).toBe("whole");
    expect(matchPreface(Buffer.from(`${PREFACE}\0\0\0\x04`))).toBe("whole");
  });

  it("is not seen where one octet differs", () => {
    for (let at = 0; at < PREFACE.length; at++) {
      const octets = Buffer.from(PREFACE);
      octets[at] = (octets[at] as number) ^ 0x20;
      expect([at, matchPreface(octets), matchPreface(octets.subarray(0, at + 1))]).toEqual([at, "no", "no"]);
    }
  });

  it.each(["POST / HTTP/1.1\r\n", "P", "PUT", "\r\n", "\x16\x03\x01"].map((text) => [text]))(
    "%j is told from it",
    (text) => {
      expect(matchPreface(Buffer.from(text))).toBe(text === "P" ? "partly" : "no");
    },
  );
});
