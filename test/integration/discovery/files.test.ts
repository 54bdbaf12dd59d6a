import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { get, startDiscovering, startLoad } from "./support.ts";

const slowly = (_: unknown, response: { end(text: string): void }): void =>
  void setTimeout(() => response.end("ok"), 20);

/** Writes a file as programs should: whole, under another name, and then in its place. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

describe("endpoints out of a file", () => {
  it("come and go under load as the file is replaced, and no request is lost", async () => {
    const endpoints = await Promise.all([startEndpoint(slowly), startEndpoint(slowly), startEndpoint(slowly)]);
    const [a, b, c] = endpoints.map(({ url }) => url) as [string, string, string];
    const folder = tempDir({ "e.json": JSON.stringify([a, b]) });
    const file = join(folder, "e.json");
    const { url, ids } = await startDiscovering({ file: "./e.json" }, { baseDirectory: folder });
    expect(ids()).toEqual([a, b]);
    const load = startLoad(url);
    await until(() => endpoints.slice(0, 2).every(({ requests }) => requests.length > 20));
    replace(file, JSON.stringify([{ url: c, weight: 2 }]));
    await until(() => endpoints[2].requests.length > 20);
    expect(ids()).toEqual([c]);
    replace(file, JSON.stringify([a, c]));
    const before = endpoints[0]?.requests.length ?? 0;
    await until(() => (endpoints[0]?.requests.length ?? 0) > before + 20);
    await load.stop();
    expect([...load.counts.keys()]).toEqual([200]);
  });

  it("stay while the file is broken, which is told once with the place", async () => {
    const { url: a } = await startEndpoint();
    const { url: b } = await startEndpoint();
    const folder = tempDir({ "e.yaml": `- ${a}\n` });
    const file = join(folder, "e.yaml");
    const { url, ids, news } = await startDiscovering({ file: "e.yaml" }, { baseDirectory: folder });
    writeFileSync(file, `- ${a}\n- { url: ${b}, weight: heavy }\n`);
    await until(() => news.length === 2);
    expect(news[1]?.troubles).toEqual([expect.stringMatching(/^e\.yaml:2:\d+: \[1\]\.weight must be a/)]);
    expect(news[1]?.changed).toBe(false);
    expect(ids()).toEqual([a]);
    expect(await get(url)).toBe(200);
    rmSync(file);
    await until(() => news.length === 3);
    expect(news[2]?.troubles).toEqual(["e.yaml: does not exist"]);
    expect(ids()).toEqual([a]);
    writeFileSync(file, `- ${b}\n`);
    await until(() => ids()[0] === b);
    expect(news.at(-1)).toMatchObject({ recovered: true, joined: [b], left: [a] });
  });

  it("follow a symbolic link that is led elsewhere, as a mounted ConfigMap's is", async () => {
    const { url: a } = await startEndpoint();
    const { url: b } = await startEndpoint();
    const folder = tempDir({ "..1/e.json": JSON.stringify([a]), "..2/e.json": JSON.stringify([b]) });
    symlinkSync("..1", join(folder, "..data"));
    symlinkSync("..data/e.json", join(folder, "e.json"));
    const { ids } = await startDiscovering({ file: "e.json" }, { baseDirectory: folder });
    expect(ids()).toEqual([a]);
    symlinkSync("..2", join(folder, "..next"));
    renameSync(join(folder, "..next"), join(folder, "..data"));
    await until(() => ids()[0] === b);
  });

  it("are used as soon as the file is there", async () => {
    const { url: a } = await startEndpoint();
    const folder = tempDir();
    const { url, ids, news } = await startDiscovering({ file: "e.json" }, { baseDirectory: folder });
    expect(news[0]?.troubles).toEqual(["e.json: does not exist"]);
    expect(await get(url)).toBe(503);
    replace(join(folder, "e.json"), JSON.stringify([a]));
    await until(() => ids().length === 1);
    expect(await get(url)).toBe(200);
  });

  it("take weights and zones that change without losing what is known of them", async () => {
    const { url: a } = await startEndpoint();
    const folder = tempDir({ "e.json": JSON.stringify([a]) });
    const { url, gateway } = await startDiscovering({ file: "e.json" }, { baseDirectory: folder });
    expect(await get(url)).toBe(200);
    replace(join(folder, "e.json"), JSON.stringify([{ url: a, weight: 9 }]));
    const [endpoint] = gateway.service("app").upstream.endpoints;
    await until(() => endpoint?.candidate.weight === 9);
    expect(gateway.service("app").upstream.endpoints[0]?.requests).toBe(1);
  });
});

describe("endpoints out of a Compose file", () => {
  const compose = (...ports: readonly number[]): string =>
    ["services:", "  web:", "    ports:", ...ports.map((port) => `      - "127.0.0.1:${port}:80"`)].join("\n");

  it("come and go under load as the file is edited, and no request is lost", async () => {
    const endpoints = await Promise.all([startEndpoint(slowly), startEndpoint(slowly)]);
    const [a, b] = endpoints.map(({ port }) => port) as [number, number];
    const folder = tempDir({ "docker-compose.yml": compose(a) });
    const file = join(folder, "docker-compose.yml");
    const { url, ids } = await startDiscovering(
      { compose: "./docker-compose.yml", service: "web", port: 80 },
      { baseDirectory: folder },
    );
    const load = startLoad(url);
    await until(() => endpoints[0].requests.length > 20);
    replace(file, compose(b));
    await until(() => endpoints[1].requests.length > 20);
    await load.stop();
    expect(ids()).toEqual([`http://127.0.0.1:${b}`]);
    expect([...load.counts.keys()]).toEqual([200]);
  });

  it("change with the variables in .env beside it", async () => {
    const { port: a } = await startEndpoint();
    const { port: b } = await startEndpoint();
    const folder = tempDir({
      "c/compose.yaml": 'services:\n  web:\n    ports: ["127.0.0.1:${WEB_PORT}:80"]\n',
      "c/.env": `WEB_PORT=${a}\n`,
    });
    const { ids } = await startDiscovering(
      { compose: "c/compose.yaml", service: "web", port: 80 },
      { baseDirectory: folder },
    );
    expect(ids()).toEqual([`http://127.0.0.1:${a}`]);
    writeFileSync(join(folder, "c/.env"), `WEB_PORT=${b}\n`);
    await until(() => ids()[0] === `http://127.0.0.1:${b}`);
  });

  it("stay while the file has mistakes, which are told with their place", async () => {
    const { port } = await startEndpoint();
    const folder = tempDir({ "c.yml": compose(port) });
    const { url, news } = await startDiscovering(
      { compose: "c.yml", service: "web", port: 80 },
      { baseDirectory: folder },
    );
    writeFileSync(join(folder, "c.yml"), 'services:\n  web:\n    ports:\n      - "80"\n');
    await until(() => news.length === 2);
    expect(news[1]?.troubles).toEqual([
      expect.stringMatching(/^c\.yml:4:9: port 80 is published on a port that Docker/),
    ]);
    expect(await get(url)).toBe(200);
  });
});
