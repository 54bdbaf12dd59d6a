import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ComposeFileOptions, readComposeFile } from "../../../src/config/discovered/compose-file.ts";
import { findingText } from "../../../src/config/discovered/reading.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

interface Extra extends Partial<Pick<ComposeFileOptions, "port" | "protocol" | "service" | "env">> {
  readonly dotEnv?: string;
}

async function read(text: string, { dotEnv, ...extra }: Extra = {}) {
  const folder = tempDir({ "c.yml": text, ...(dotEnv === undefined ? {} : { ".env": dotEnv }) });
  const { endpoints, findings } = await readComposeFile({
    file: join(folder, "c.yml"),
    name: "c.yml",
    service: "app",
    port: 80,
    protocol: "http",
    env: {},
    ...extra,
  });
  const found = findings.map(findingText);
  return { endpoints, ids: endpoints?.map(({ id }) => id), found, codes: findings.map(({ code }) => code), findings };
}

const app = (...lines: readonly string[]): string =>
  ["services:", "  app:", ...lines.map((line) => `    ${line}`)].join("\n");

describe("a published port", () => {
  it.each([
    ['"8080:80"', ["http://localhost:8080"]],
    ['"8080:80/tcp"', ["http://localhost:8080"]],
    ['"127.0.0.1:8080:80"', ["http://127.0.0.1:8080"]],
    ['"0.0.0.0:8080:80"', ["http://127.0.0.1:8080"]],
    ['"192.168.1.5:8080:80"', ["http://192.168.1.5:8080"]],
    ['"[::1]:8080:80"', ["http://[::1]:8080"]],
    ['"::1:8080:80"', ["http://[::1]:8080"]],
    ['"8080-8082:80"', ["http://localhost:8080", "http://localhost:8081", "http://localhost:8082"]],
    ['"9000-9005:78-83"', ["http://localhost:9002"]],
    ["{ target: 80, published: 8080 }", ["http://localhost:8080"]],
    [
      '{ target: 80, published: "8080-8081", protocol: tcp, mode: host }',
      ["http://localhost:8080", "http://localhost:8081"],
    ],
    ["{ target: 80, published: 8080, host_ip: 127.0.0.1 }", ["http://127.0.0.1:8080"]],
  ])("%s", async (entry, ids) => {
    const reading = await read(app("ports:", `  - ${entry}`));
    expect(reading.found).toEqual([]);
    expect(reading.ids).toEqual(ids);
  });

  it("is the first of those that publish it", async () => {
    const text = app("ports:", '  - "9443:443"', '  - "127.0.0.1:8080:80"', '  - "[::1]:8080:80"', '  - "8081:80"');
    expect((await read(text)).ids).toEqual(["http://127.0.0.1:8080"]);
  });

  it("of UDP is for a service of UDP alone", async () => {
    const text = app("ports:", '  - "5300:53/udp"');
    expect((await read(text, { port: 53, protocol: "udp" })).ids).toEqual(["udp://localhost:5300"]);
    expect((await read(text, { port: 53, protocol: "tcp" })).codes).toEqual(["GW0162"]);
  });

  it("needs no `ports` on the host's network", async () => {
    expect((await read(app("network_mode: host"))).ids).toEqual(["http://localhost:80"]);
  });

  it.each([
    [['"80"'], /^c\.yml:4:9: port 80 is published on a port that Docker draws/, "GW0162"],
    [["80"], /^c\.yml:4:9: port 80 is published on a port that Docker draws/, "GW0162"],
    [['"127.0.0.1::80"'], /^c\.yml:4:9: port 80 is published on a port that Docker draws/, "GW0162"],
    [['"8081:81"', '"9000-9001:90-91"'], /^c\.yml:2:3: service app publishes 81, 90-91, and not port 80/, "GW0162"],
    [['"8080:eighty"'], /^c\.yml:4:9: this entry of `ports` is not a port of a container/, "GW0161"],
    [['"99999:80"'], /^c\.yml:4:9: this entry of `ports` is not a port: 99999/, "GW0161"],
    [['"host:8080:80"'], /^c\.yml:4:9: .* is bound to an address that is not one: host/, "GW0161"],
    [['"8080-8081:80-83"'], /^c\.yml:4:9: .* publishes 4 ports on 2/, "GW0161"],
    [["{ published: 8080 }"], /^c\.yml:4:11: .* has no `target`/, "GW0161"],
  ])("%j is told with its place", async (entries, pattern, code) => {
    const { endpoints, found, codes } = await read(app("ports:", ...entries.map((entry) => `  - ${entry}`)));
    expect(endpoints).toBeUndefined();
    expect(found).toEqual([expect.stringMatching(pattern)]);
    expect(codes).toEqual([code]);
  });
});

describe("replicas", () => {
  const ports = ["ports:", '  - "8080-8083:80"'];
  it.each([
    [["deploy: { replicas: 2 }"], 2],
    [["scale: 3"], 3],
    [["deploy: { replicas: 0 }"], 0],
    [[], 4],
  ])("%j of a range of four ports", async (lines, count) => {
    const { ids, found } = await read(app(...ports, ...lines));
    expect(ids).toEqual([8080, 8081, 8082, 8083].slice(0, count).map((port) => `http://localhost:${port}`));
    expect(found).toEqual([]);
  });

  it("beyond the ports are told, and the ports are used", async () => {
    const { ids, found, codes } = await read(app("ports:", '  - "8080:80"', "deploy: { replicas: 3 }"));
    expect(ids).toEqual(["http://localhost:8080"]);
    expect(found).toEqual(["c.yml:4:9: 3 containers cannot have one port of this machine"]);
    expect(codes).toEqual(["GW0164"]);
  });
});

describe("labels", () => {
  const ports = ["ports:", '  - "8080:80"'];

  it("say weight, backup and zone, as a mapping or a list", async () => {
    const expected = [{ id: "http://localhost:8080", weight: 5, backup: true, zone: "eu" }];
    const mapping = await read(
      app(...ports, "labels:", "  gatewayctl.weight: 5", "  gatewayctl.backup: true", "  gatewayctl.zone: eu"),
    );
    expect(mapping.endpoints).toMatchObject(expected);
    const list = await read(
      app(
        ...ports,
        "labels:",
        "  - gatewayctl.weight=5",
        "  - gatewayctl.backup=true",
        "  - gatewayctl.zone=eu",
        "  - x",
      ),
    );
    expect(list.endpoints).toMatchObject(expected);
    expect([...mapping.found, ...list.found]).toEqual([]);
  });

  it("take a service out", async () => {
    expect(await read(app(...ports, 'labels: { gatewayctl.enable: "false" }'))).toMatchObject({
      endpoints: [],
      found: [],
    });
  });

  it("that mean nothing are told, and the service is used", async () => {
    const { ids, found, findings } = await read(
      app(...ports, "labels: { gatewayctl.weigth: 5, gatewayctl.backup: maybe, traefik.enable: true }"),
    );
    expect(ids).toEqual(["http://localhost:8080"]);
    expect(found).toHaveLength(2);
    expect(found.join()).toContain('label gatewayctl.backup must be true or false; this is "maybe"');
    expect(findings.map(({ hint }) => hint)).toContain("did you mean gatewayctl.weight?");
    expect(findings.every(({ code, severity }) => code === "GW0164" && severity === "warning")).toBe(true);
  });
});

describe("variables", () => {
  const text = app("ports:", '  - "${PORT:-8080}:80"');

  it("come from the environment, then from .env, then from their default", async () => {
    expect((await read(text)).ids).toEqual(["http://localhost:8080"]);
    expect((await read(text, { dotEnv: "PORT=8081\n" })).ids).toEqual(["http://localhost:8081"]);
    expect((await read(text, { dotEnv: "PORT=8081\n", env: { PORT: "8082" } })).ids).toEqual(["http://localhost:8082"]);
  });

  it("that are not set are told, with the place", async () => {
    const { endpoints, found } = await read(app("ports:", '  - "$PORT:80"'));
    expect(endpoints).toBeUndefined();
    expect(found).toEqual(["c.yml:4:9: the variable PORT is not set"]);
  });

  it("of other services are nobody's business", async () => {
    expect((await read(`${text}\n  other: { image: "$NOBODY", ports: ["$NOTHING"] }`)).found).toEqual([]);
  });
});

describe("a service", () => {
  it("that is not there is told, with the nearest name", async () => {
    const { findings, found } = await read("services:\n  apps: {}\n");
    expect(found).toEqual(["c.yml:1:1: there is no service app"]);
    expect(findings[0]).toMatchObject({ code: "GW0162", hint: "did you mean apps?" });
  });

  it("has the ports and labels of the one that it extends, its own labels first", async () => {
    const text = [
      "x-common: &common { restart: always }",
      "services:",
      "  base:",
      "    <<: *common",
      '    ports: ["8080:80"]',
      "    labels: { gatewayctl.weight: 5, gatewayctl.zone: eu }",
      "  app:",
      "    extends: base",
      "    labels: { gatewayctl.weight: 7 }",
    ].join("\n");
    expect((await read(text)).endpoints).toMatchObject([{ id: "http://localhost:8080", weight: 7, zone: "eu" }]);
  });

  it("that extends itself, or nothing, is told", async () => {
    expect((await read(app("extends: app"))).found).toEqual(["c.yml:3:14: service app extends itself"]);
    expect((await read(app("extends: { service: nobody }"))).found[0]).toContain("nobody is not there to extend");
  });

  it("that extends one of another file is told that this is not looked at", async () => {
    const { ids, codes } = await read(app("extends: { file: other.yml, service: app }", "ports:", '  - "8080:80"'));
    expect([ids, codes]).toEqual([["http://localhost:8080"], ["GW0164"]]);
  });
});

describe("a Compose file", () => {
  it.each([
    ["", "c.yml: has no `services`"],
    ["services: [", /^c\.yml:1:/],
    ["services: { app: 7 }", /^c\.yml:1:\d+: service app is no mapping/],
    ["services: { app: { ports: 80 } }", /^c\.yml:1:\d+: `ports` must be a list/],
  ])("with %j gives nothing, and says why", async (text, message) => {
    const { endpoints, found } = await read(text);
    expect(endpoints).toBeUndefined();
    expect(found[0]).toMatch(message);
  });

  it("that is not there is an error", async () => {
    const file = join(tempDir(), "c.yml");
    const { findings } = await readComposeFile({
      file,
      name: "c.yml",
      service: "a",
      port: 1,
      protocol: "http",
      env: {},
    });
    expect(findings).toMatchObject([{ code: "GW0161", severity: "error", message: "does not exist" }]);
  });
});
