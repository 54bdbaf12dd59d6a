import ipaddr from "ipaddr.js";
import { expect, it } from "vitest";
import { clientNetwork } from "../../../src/policies/rate-limit/client-network.ts";
import { fc } from "../../helpers/property.ts";

it.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::6", "2001:db8:1:2::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:207", "192.0.2.7"],
  ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
  ["", ""],
])("%s is %s", (ip, network) => {
  expect(clientNetwork(ip)).toBe(network);
});

it("is the same for all addresses of a /64, in every way of writing them, and another for any other /64", () => {
  const octets = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(octets, octets, (one, other) => {
      const mixed = Uint8Array.of(...one.subarray(0, 8), ...other.subarray(8));
      const [a, b, c] = [one, mixed, other].map((bytes) => new ipaddr.IPv6([...bytes])) as [
        ipaddr.IPv6,
        ipaddr.IPv6,
        ipaddr.IPv6,
      ];
      fc.pre(![a, b, c].some((address) => address.isIPv4MappedAddress()));
      const network = clientNetwork(a.toString());
      expect(clientNetwork(a.toNormalizedString())).toBe(network);
      expect(clientNetwork(a.toNormalizedString().toUpperCase())).toBe(network);
      expect(clientNetwork(b.toRFC5952String())).toBe(network);
      const same = Buffer.from(one.subarray(0, 8)).equals(Buffer.from(other.subarray(0, 8)));
      expect(clientNetwork(c.toString()) === network).toBe(same);
    }),
  );
});
