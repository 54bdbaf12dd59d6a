import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Admission, ConnectionCounts } from "../../../src/http/client/admission.ts";

const LIMITS = { connections: 10, connectionsPerIp: 2 };

/** The outcome for one new connection of each address, in order. */
function admitted(admission: Admission, ...ips: readonly string[]): boolean[] {
  return ips.map((ip) => admission.admitClient(new Socket(), ip));
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()).destroy());
}

describe("Admission", () => {
  it("takes so many connections, and another one when one has closed", async () => {
    const admission = new Admission({ ...LIMITS, connections: 2 });
    const [first, second, third] = [new Socket(), new Socket(), new Socket()];
    expect([first, second, third].map((socket) => admission.admit(socket))).toEqual([true, true, false]);
    expect(admission.count).toBe(2);
    // One that was not taken does not count, closed or not.
    await close(third);
    expect(admission.admit(new Socket())).toBe(false);
    await close(first);
    expect(admission.count).toBe(1);
    expect([admission.admit(new Socket()), admission.admit(new Socket())]).toEqual([true, false]);
  });

  it("takes so many of each client, and another one when one has closed", async () => {
    const admission = new Admission(LIMITS);
    const first = new Socket();
    expect(admission.admitClient(first, "192.0.2.1")).toBe(true);
    expect(admitted(admission, "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2")).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    await close(first);
    expect(admitted(admission, "192.0.2.1", "192.0.2.1")).toEqual([true, false]);
  });

  it("does not limit loopback clients", () => {
    const ips = ["127.0.0.1", "127.0.0.1", "127.0.0.1", "127.1.2.3", "::1", "::1", "::1"];
    expect(admitted(new Admission(LIMITS), ...ips)).toEqual(ips.map(() => true));
  });

  it("counts IPv6 clients by /64", () => {
    const admission = new Admission(LIMITS);
    expect(admitted(admission, "2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8::3")).toEqual([true, true, false]);
    expect(admitted(admission, "2001:db8:0:1::1", "2001:db9::1", "fe80::1%eth0")).toEqual([true, true, true]);
  });

  it("forgets clients that have gone", async () => {
    const counts = new ConnectionCounts();
    const admission = new Admission(LIMITS, counts);
    const sockets = Array.from({ length: 5 }, () => new Socket());
    for (const [i, socket] of sockets.entries()) {
      admission.admit(socket);
      admission.admitClient(socket, `192.0.2.${i}`);
    }
    expect([counts.total, counts.perClient.size]).toEqual([5, 5]);
    await Promise.all(sockets.map(close));
    expect([counts.total, counts.perClient.size]).toEqual([0, 0]);
  });

  it("has one count for all that share it, and a set of its own to end", async () => {
    const counts = new ConnectionCounts();
    const [one, other] = [new Admission(LIMITS, counts), new Admission(LIMITS, counts)];
    const sockets = Array.from({ length: 10 }, () => new Socket());
    for (const [i, socket] of sockets.entries()) expect((i % 2 === 0 ? one : other).admit(socket)).toBe(true);
    expect([one.admit(new Socket()), other.admit(new Socket())]).toEqual([false, false]);
    expect([one.count, other.count]).toEqual([5, 5]);
    one.destroyAll();
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual(sockets.map((_, i) => i % 2 === 0));
    expect([one.admitClient(new Socket(), "192.0.2.1"), other.admitClient(new Socket(), "192.0.2.1")]).toEqual([
      true,
      true,
    ]);
    expect(one.admitClient(new Socket(), "192.0.2.1")).toBe(false);
  });
});
