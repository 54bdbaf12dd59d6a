import { expect, it, onTestFinished } from "vitest";
import { InstanceGroup } from "../../../src/gateway/instances/instance-group.ts";
import { serveInstance } from "../../../src/gateway/instances/serve-instance.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { configOf } from "../../helpers/gateway.ts";
import { ask } from "../../helpers/wires.ts";
import { linkPair } from "./link-pair.ts";

/** Instances of one gateway that each store responses. */
async function world(count: number) {
  const endpoint = await startEndpoint((_, response) => {
    response.setHeader("cache-control", "max-age=60");
    response.end("x");
  });
  const config = configOf({
    services: { app: [endpoint.url] },
    routes: [{ name: "all", match: "/", service: "app", policies: { cache: {} } }],
  });
  const group = new InstanceGroup({ onHealthChange: () => {}, onProtection: () => {}, onCertificates: () => {} });
  const ports: number[] = [];
  for (let number = 1; number <= count; number++) {
    const pair = linkPair();
    serveInstance(pair.instance, (_, sent) => sent());
    const member = group.join(number, 1_000 + number, pair.front);
    const settings = {
      config,
      accessLog: false,
      name: "gatewayctl-test",
      seed: 1,
      level: "silent",
      names: new Map(),
      screen: { isTTY: false, color: false, columns: 80 },
      baseDirectory: "/",
      ticketSecret: new Uint8Array(32),
      secret: new Uint8Array(32),
    } as const;
    const [bound] = await group.start(member, settings, 5_000);
    ports.push(bound?.port ?? 0);
    onTestFinished(async () => {
      await member.peer.call("stop", undefined).catch(() => {});
      pair.close();
      group.leave(member);
    });
  }
  const get = async (port: number, path = "/a") =>
    (await ask("HTTP/1.1", port, { path, host: "a.test" })).headers["age"] !== undefined;
  return { endpoint, group, ports, get };
}

it("what is changed through one instance is forgotten by all, and nothing else", async () => {
  const { ports, get } = await world(3);
  for (const port of ports) for (const path of ["/a", "/b"]) await get(port, path);
  expect(await Promise.all(ports.map((port) => get(port)))).toEqual([true, true, true]);
  await ask("HTTP/1.1", ports[0] as number, { method: "POST", path: "/a", host: "a.test" });
  // Whoever is asked too early stores it again: by three turns the word is with all of them, to the front and back.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(await Promise.all(ports.map((port) => get(port)))).toEqual([false, false, false]);
  expect(await Promise.all(ports.map((port) => get(port, "/b")))).toEqual([true, true, true]);
});

it("a purge is for all instances, and counts what each had stored", async () => {
  const { group, ports, get } = await world(2);
  for (const port of ports) for (const path of ["/a", "/a/b", "/c"]) await get(port, path);
  expect(await group.purgeCache({ prefix: "/a" })).toBe(4);
  expect(await Promise.all(ports.map((port) => get(port, "/c")))).toEqual([true, true]);
  expect(await group.purgeCache({ all: true })).toBe(2);
});
