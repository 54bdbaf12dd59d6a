import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { decodeProxyHeader } from "../../../src/shared/proxy-protocol/decode.ts";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import type { ProxyAddresses, ProxyDecoding } from "../../../src/shared/proxy-protocol/proxy-addresses.ts";
import { v2 } from "./headers.ts";

const SEED = 20_260_701;

const port = fc.integer({ min: 0, max: 65_535 });
/** As the decoder writes them. */
const ip = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((octets) => ipaddr.process(ipaddr.fromByteArray([...octets]).toString()).toString());
const addresses: fc.Arbitrary<ProxyAddresses> = fc.record({
  sourceIp: ip,
  sourcePort: port,
  destinationIp: ip,
  destinationPort: port,
});
const version = fc.constantFrom(1 as const, 2 as const);
const header = fc.tuple(version, fc.option(addresses, { nil: undefined })).map(([v, a]) => proxyHeader(v, a));
/** Any block, with its true length: so that what is behind the fixed part is reached. */
const anyV2 = fc
  .tuple(
    fc.constantFrom(0x20, 0x21),
    fc.constantFrom(0, 0x10, 0x11, 0x12, 0x21, 0x22, 0x31),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map(([command, family, block]) => v2(command, family, [...block]));
const rest = fc.uint8Array({ maxLength: 40 });

/** What is to be believed of a decoding of `bytes`, whatever they are. */
function checkSane(bytes: Buffer, decoding: ProxyDecoding): void {
  if (decoding.state !== "complete") return;
  expect(decoding.length).toBeGreaterThan(0);
  expect(decoding.length).toBeLessThanOrEqual(bytes.length);
  if (decoding.addresses === undefined) return;
  const { sourceIp, destinationIp, sourcePort, destinationPort } = decoding.addresses;
  for (const each of [sourceIp, destinationIp]) expect(ipaddr.process(each).toString()).toBe(each);
  for (const each of [sourcePort, destinationPort]) expect(each >= 0 && each <= 65_535).toBe(true);
}

describe("decodeProxyHeader", () => {
  it("reads what proxyHeader writes, and nothing of what stands behind it", () => {
    fc.assert(
      fc.property(version, addresses, rest, (v, said, behind) => {
        const written = proxyHeader(v, said);
        const decoding = decodeProxyHeader(Buffer.concat([written, behind]));
        expect(decoding).toEqual({ state: "complete", length: written.length, addresses: said, clientTls: false });
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });

  it("comes to the same result however the octets are split, and never before the last of them", () => {
    fc.assert(
      fc.property(fc.oneof(header, anyV2), rest, (written, behind) => {
        const bytes = Buffer.concat([written, behind]);
        const whole = decodeProxyHeader(bytes);
        const length = whole.state === "complete" ? whole.length : bytes.length;
        for (let end = 0; end < length; end++) {
          // A view of more than is to be read: an over-read would show in the result.
          const { state } = decodeProxyHeader(bytes.subarray(0, end));
          if (whole.state === "malformed") expect(state).not.toBe("complete");
          else expect(state).toBe("incomplete");
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("once malformed stays so, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(rest, anyV2), rest, (begun, behind) => {
        if (decodeProxyHeader(Buffer.from(begun)).state !== "malformed") return;
        expect(decodeProxyHeader(Buffer.concat([begun, behind])).state).toBe("malformed");
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });

  it("takes anything without throwing: octets changed, left out, put in", () => {
    const change = fc.record({
      at: fc.nat(400),
      octet: fc.integer({ min: 0, max: 255 }),
      how: fc.integer({ max: 2, min: 0 }),
    });
    fc.assert(
      fc.property(fc.oneof(header, anyV2), fc.array(change, { minLength: 1, maxLength: 4 }), (written, changes) => {
        const octets = [...written];
        for (const { at, octet, how } of changes) {
          octets.splice(at % (octets.length + 1), how === 0 ? 0 : 1, ...(how === 1 ? [] : [octet]));
        }
        const bytes = Buffer.from(octets);
        checkSane(bytes, decodeProxyHeader(bytes));
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });
});
