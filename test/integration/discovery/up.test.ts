import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { plain, startUp } from "../../cli/up/running-up.ts";
import { startDnsServer } from "../../helpers/dns-server.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { startUpProcess } from "../workers/up-process.ts";
import { get, startLoad } from "./support.ts";

// Processes are started, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const config = (endpoints: string, admin = "admin: false"): string =>
  [
    "version: 1",
    "listeners: [{ http: 0 }]",
    admin,
    `services: { app: { endpoints: ${endpoints} } }`,
    "routes: [{ match: /, service: app }]",
    "",
  ].join("\n");

describe("`up` with endpoints that are found", () => {
  it("shows and logs where they are found, and what becomes of them", async () => {
    const { url: a } = await startEndpoint();
    const { url: b } = await startEndpoint();
    const watches = countWatches();
    const up = await startUp([], {
      files: { "gateway.config.yaml": config("{ file: e.json }"), "e.json": JSON.stringify([a]) },
    });
    const overview = plain(up.stderr());
    expect(overview).toContain("endpoints of app are found in e.json");
    expect(overview).toContain(a.replace("http://", ""));
    expect(await get(up.url)).toBe(200);
    const messages = (): string[] => up.lines().flatMap(({ msg }) => (typeof msg === "string" ? [msg] : []));
    await until(() => messages().includes(`1 endpoint found, ${a} joined`));
    writeFileSync(join(up.cwd, "e.json"), "[");
    await until(() => messages().some((each) => each.startsWith("e.json:1:1: Expected a value")));
    expect(await get(up.url)).toBe(200);
    writeFileSync(join(up.cwd, "e.json"), JSON.stringify([b]));
    await until(() => messages().includes(`1 endpoint found, ${b} joined, ${a} left`));
    await until(() => messages().includes("its endpoints are told again"));
    expect(messages().filter((each) => each.startsWith("e.json:"))).toHaveLength(1);
    if (process.platform === "linux") expect(countWatches()).toBeGreaterThan(watches);
    up.interrupt();
    expect(await up.done).toBe(0);
    expect(countWatches()).toBe(watches);
  });

  it("stops looking when it ends", async () => {
    const { port } = await startEndpoint();
    const dns = await startDnsServer({ "app.test": { A: ["127.0.0.1"] } });
    const endpoints = `{ dns: app.test, port: ${port}, refresh: 50ms, server: "${dns.address}" }`;
    const files = { "gateway.config.yaml": config(endpoints) };
    const up = await startUp([], { files });
    await until(() => dns.questions.length > 6);
    up.interrupt();
    expect(await up.done).toBe(0);
    const asked = dns.questions.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(dns.questions.length).toBe(asked);
  });

  it("does not begin with a DNS server that is none", async () => {
    const files = { "gateway.config.yaml": config("{ dns: app.test, port: 1 }") };
    await expect(startUp([], { files, env: { GATEWAYCTL_DNS: "nowhere" } })).rejects.toThrow(
      /up ended with 65.*GW0163/s,
    );
  });

  it.each([
    ["workers", ["--workers", "2"]],
    ["gateways", ["--gateways", "2"]],
  ])("tells all of its %s, those that start later as well, and loses no request", async (_, argv) => {
    const endpoints = await Promise.all([startEndpoint(), startEndpoint(), startEndpoint()]);
    const [a, b, c] = endpoints.map(({ url }) => url) as [string, string, string];
    const up = await startUpProcess(argv, {
      files: { "gateway.config.yaml": config("{ file: e.json }", ""), "e.json": JSON.stringify([a]) },
    });
    const write = (list: readonly string[]): void => {
      writeFileSync(join(up.cwd, "e.json.new"), JSON.stringify(list));
      renameSync(join(up.cwd, "e.json.new"), join(up.cwd, "e.json"));
    };
    const load = startLoad(up.url, 4);
    await until(() => endpoints[0].requests.length > 20);
    write([b]);
    await until(() => endpoints[1].requests.length > 20);
    write([b, c]);
    await until(() => endpoints[2].requests.length > 20);
    await load.stop();
    expect([...load.counts.keys()]).toEqual([200]);
    const [service] = await up.services();
    expect(service).toMatchObject({ discovered: "e.json", endpoints: [{ id: b }, { id: c }] });
    // One that takes the place of another knows the endpoints of now, not those of the beginning.
    const [first] = (await up.status()).workers ?? [];
    process.kill(first?.pid ?? 0, "SIGKILL");
    await until(() => up.stdout().includes("serves again"), "nobody took its place", 20_000);
    await endpoints[0].kill();
    for (let i = 0; i < 8; i++) expect(await get(up.url)).toBe(200);
  });
});

/** Files and folders that this process watches, on Linux; elsewhere always 0. */
function countWatches(): number {
  if (process.platform !== "linux") return 0;
  const texts = readdirSync("/proc/self/fdinfo").map((each) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${each}`, "utf8");
    } catch {
      return "";
    }
  });
  return texts.join("\n").split(/^inotify wd:/m).length - 1;
}
