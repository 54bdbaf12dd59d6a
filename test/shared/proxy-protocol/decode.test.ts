import { describe, expect, it } from "vitest";
import { crc32c } from "../../../src/shared/proxy-protocol/crc32c.ts";
import { decodeProxyHeader } from "../../../src/shared/proxy-protocol/decode.ts";
import { CLIENT, v1, v2 } from "./headers.ts";

const UNNAMED = { addresses: undefined, clientTls: false };

describe("version 1", () => {
  it.each([
    ["TCP4 203.0.113.7 198.51.100.1 40000 443", CLIENT],
    ["TCP4 0.0.0.0 255.255.255.255 0 65535", ["0.0.0.0", 0, "255.255.255.255", 65535]],
    ["TCP6 2001:DB8:0:0:0:0:0:1 ::1 1 2", ["2001:db8::1", 1, "::1", 2]],
    ["TCP6 ::ffff:1.2.3.4 ::ffff:102:305 1 2", ["1.2.3.4", 1, "1.2.3.5", 2]],
  ])("reads %s", (line, expected) => {
    const [sourceIp, sourcePort, destinationIp, destinationPort] = Array.isArray(expected) ? expected : [];
    const addresses = Array.isArray(expected) ? { sourceIp, sourcePort, destinationIp, destinationPort } : expected;
    const bytes = v1(line);
    const decoding = { state: "complete", length: bytes.length, addresses, clientTls: false };
    expect(decodeProxyHeader(Buffer.concat([bytes, Buffer.from("GET ")]))).toEqual(decoding);
  });

  it.each(["UNKNOWN", "UNKNOWN ", "UNKNOWN anything \0\xff at all", `UNKNOWN ${"f".repeat(91)}`])(
    "ignores what stands in %j",
    (line) => {
      expect(decodeProxyHeader(v1(line))).toEqual({ state: "complete", length: line.length + 8, ...UNNAMED });
    },
  );

  it.each([
    ["", "nothing at all"],
    ["UNKNOWNS", "a family that only begins as one"],
    ["UDP4 1.2.3.4 1.2.3.4 1 2", "another family"],
    ["tcp4 1.2.3.4 1.2.3.4 1 2", "lower case"],
    ["TCP4 1.2.3.4 1.2.3.4 1", "a port missing"],
    ["TCP4 1.2.3.4 1.2.3.4 1 2 ", "a space behind"],
    ["TCP4 1.2.3.4 1.2.3.4 1 2 3", "more behind"],
    ["TCP4  1.2.3.4 1.2.3.4 1 2", "two spaces"],
    ["TCP4\t1.2.3.4 1.2.3.4 1 2", "a tab"],
    ["TCP4 1.2.3 1.2.3.4 1 2", "a short address"],
    ["TCP4 01.2.3.4 1.2.3.4 1 2", "a leading zero in an address"],
    ["TCP4 1.2.3.256 1.2.3.4 1 2", "an address out of range"],
    ["TCP4 1.2.3.4 1.2.3.4 01 2", "a leading zero in a port"],
    ["TCP4 1.2.3.4 1.2.3.4 65536 2", "a port out of range"],
    ["TCP4 1.2.3.4 1.2.3.4 +1 2", "a sign"],
    ["TCP4 1.2.3.4 1.2.3.4 0x1 2", "hexadecimal"],
    ["TCP4 ::1 ::1 1 2", "addresses of the other family"],
    ["TCP6 1.2.3.4 1.2.3.4 1 2", "IPv4 for IPv6"],
    ["TCP6 fe80::1%eth0 ::1 1 2", "a zone"],
    ["TCP6 ::1::1 ::1 1 2", "an IPv6 address that is none"],
  ])("refuses %j: %s", (line) => {
    expect(decodeProxyHeader(v1(line)).state).toBe("malformed");
  });

  it.each([
    "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
    "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX",
    "PROXY TCP4 1.2.3.4\r 1.2.3.4 1 2\r\n",
    "PROXY UNKNOWN\n",
    "PROXX",
    "G",
    "\n",
  ])("refuses %j at once", (text) => {
    expect(decodeProxyHeader(Buffer.from(text)).state).toBe("malformed");
  });

  it("has at most 107 octets, CRLF included", () => {
    expect(decodeProxyHeader(v1("UNKNOWN".padEnd(99, "x").replace("Nx", "N "))).state).toBe("complete");
    expect(decodeProxyHeader(v1("UNKNOWN ".padEnd(100, "x"))).state).toBe("malformed");
    expect(decodeProxyHeader(Buffer.from("PROXY UNKNOWN ".padEnd(106, "x"))).state).toBe("incomplete");
    expect(decodeProxyHeader(Buffer.from("PROXY UNKNOWN ".padEnd(107, "x"))).state).toBe("malformed");
  });
});

const INET = [203, 0, 113, 7, 198, 51, 100, 1, 0x9c, 0x40, 0x01, 0xbb];
const INET6 = [...Array(15).fill(0), 1, 0x20, 0x01, 0x0d, 0xb8, ...Array(11).fill(0), 2, 0, 1, 0, 2];

describe("version 2", () => {
  it("reads IPv4 and IPv6, of streams and of datagrams", () => {
    for (const transport of [1, 2]) {
      expect(decodeProxyHeader(v2(0x21, 0x10 | transport, INET))).toMatchObject({ addresses: CLIENT });
      expect(decodeProxyHeader(v2(0x21, 0x20 | transport, INET6))).toMatchObject({
        addresses: { sourceIp: "::1", sourcePort: 1, destinationIp: "2001:db8::2", destinationPort: 2 },
      });
    }
  });

  it("reads IPv4-mapped addresses as IPv4", () => {
    const mapped = [...Array(10).fill(0), 0xff, 0xff, 1, 2, 3, 4];
    expect(decodeProxyHeader(v2(0x21, 0x21, [...mapped, ...mapped, 0, 1, 0, 2]))).toMatchObject({
      addresses: { sourceIp: "1.2.3.4", destinationIp: "1.2.3.4" },
    });
  });

  it.each([
    ["LOCAL", v2(0x20, 0x00, [])],
    ["LOCAL with a family, addresses and more, all of them wrong", v2(0x20, 0xff, [1, 2, 3])],
    ["an unspecified family", v2(0x21, 0x00, [])],
    ["an unspecified transport", v2(0x21, 0x10, INET)],
    ["Unix sockets", v2(0x21, 0x31, Array(216).fill(0x61))],
  ])("has no addresses of %s", (_, bytes) => {
    expect(decodeProxyHeader(bytes)).toEqual({ state: "complete", length: bytes.length, ...UNNAMED });
  });

  it.each([
    ["version 1", v2(0x11, 0x11, INET)],
    ["version 3", v2(0x31, 0x11, INET)],
    ["an unknown command", v2(0x22, 0x11, INET)],
    ["an unknown family", v2(0x21, 0x41, INET)],
    ["an unknown transport", v2(0x21, 0x13, INET)],
    ["no room for IPv4", v2(0x21, 0x11, INET.slice(1))],
    ["no room for IPv6", v2(0x21, 0x21, INET6.slice(1))],
    ["no room for Unix sockets", v2(0x21, 0x31, Array(215).fill(0))],
    ["an addition without its length", v2(0x21, 0x11, [...INET, 4, 0])],
    ["an addition longer than the header", v2(0x21, 0x11, [...INET, 4, 0, 2, 0])],
  ])("refuses %s", (_, bytes) => {
    expect(decodeProxyHeader(bytes).state).toBe("malformed");
  });

  it("has at most 4096 octets, which are not waited for", () => {
    const padded = (value: number): number[] => [...INET, 4, value >> 8, value & 0xff, ...Array(value).fill(0)];
    expect(decodeProxyHeader(v2(0x21, 0x11, padded(4096 - 16 - 15))).state).toBe("complete");
    expect(decodeProxyHeader(v2(0x21, 0x11, padded(4097 - 16 - 15)).subarray(0, 16)).state).toBe("malformed");
  });

  it("skips additions; of PP2_TYPE_SSL it reads whether the client came by TLS", () => {
    const alpn = [0x01, 0, 2, 0x68, 0x32];
    const ssl = (client: number): number[] => [0x20, 0, 5, client, 0, 0, 0, 0];
    const tlsOf = (...additions: readonly number[][]) =>
      decodeProxyHeader(v2(0x21, 0x11, [...INET, ...additions.flat()]));
    expect(tlsOf(alpn)).toMatchObject({ addresses: CLIENT, clientTls: false });
    expect(tlsOf(alpn, ssl(0x07))).toMatchObject({ addresses: CLIENT, clientTls: true });
    expect(tlsOf(ssl(0x06), alpn)).toMatchObject({ addresses: CLIENT, clientTls: false });
    expect(tlsOf([0x20, 0, 0])).toMatchObject({ clientTls: false });
  });

  it("checks PP2_TYPE_CRC32C", () => {
    const bytes = v2(0x21, 0x11, [...INET, 0x04, 0, 1, 9, 0x03, 0, 4, 0, 0, 0, 0, 0x04, 0, 0]);
    const at = 16 + INET.length + 4 + 3;
    bytes.writeUInt32BE(crc32c(bytes), at);
    expect(decodeProxyHeader(bytes)).toMatchObject({ addresses: CLIENT });
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    expect(decodeProxyHeader(bytes).state).toBe("malformed");
    expect(decodeProxyHeader(v2(0x21, 0x11, [...INET, 0x03, 0, 3, 0, 0, 0])).state).toBe("malformed");
  });
});

describe("crc32c", () => {
  it.each([
    // RFC 3720 appendix B.4, and the check value that every catalogue of checksums has.
    [Buffer.from("123456789"), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  ])("of %o", (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});
