import { describe, expect, it } from "vitest";
import { createNetworkTest } from "../../src/routing/networks.ts";

describe("createNetworkTest", () => {
  it("trusts nobody by default, loopback included", () => {
    expect(createNetworkTest([])("127.0.0.1")).toBe(false);
  });

  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "11.1.2.3", false],
    ["::1", "::1", true],
    ["::1", "0:0:0:0:0:0:0:1", true],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fe80::1", false],
    ["::/0", "10.0.0.1", false],
    ["0.0.0.0/0", "::1", false],
    ["10.0.0.0/8", "unknown", false],
    ["10.0.0.0/8", "", false],
    ["0.0.0.0/0", "999.1.1.1", false],
    ["8.0.0.0/8", "010.0.0.1", false],
    ["8.0.0.0/8", "::ffff:010.0.0.1", false],
    ["0.0.0.0/0", "::ffff:0x1.2.3.4", false],
    ["0.0.0.0/0", "1", false],
  ])("of %s is %s: %s", (network, ip, expected) => {
    expect(createNetworkTest([network])(ip)).toBe(expected);
  });

  it("looks through all networks", () => {
    const trusted = createNetworkTest(["10.0.0.0/8", "::1", "192.0.2.1"]);
    expect(["192.0.2.1", "::1", "10.1.1.1", "192.0.2.2"].map(trusted)).toEqual([true, true, true, false]);
  });
});
