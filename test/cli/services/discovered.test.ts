import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
listeners: [{ http: 0 }]
services:
  shop: { endpoints: { dns: shop.internal, port: 4010 } }
  pay: { endpoints: { srv: _pay._tcp.internal } }
  stock: { endpoints: { file: ./stock.json } }
  web: { endpoints: { compose: ./docker-compose.yml, service: web, port: 80 } }
routes:
  - { match: /shop, service: shop }
  - { match: /pay, service: pay }
  - { match: /stock, service: stock }
  - { match: /, service: web }
`;
const FILES = {
  "gateway.config.yaml": CONFIG,
  "stock.json": '["http://10.0.0.1:1", { "url": "http://10.0.0.2:1", "weight": 3 }]',
  "docker-compose.yml": 'services:\n  web:\n    ports: ["${PORT:-8080}:80"]\n',
};

describe("services whose endpoints are found", () => {
  it("are listed with what stands in files, and where they come from", async () => {
    const { stdout, exitCode } = await runCli(["services"], { files: FILES });
    expect(exitCode).toBe(0);
    for (const text of ["10.0.0.1:1", "10.0.0.2:1", "localhost:8080", "found while it runs"]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toContain("shop: endpoints found in DNS shop.internal, port 4010");
    expect(stdout).toContain("pay: endpoints found in DNS SRV _pay._tcp.internal");
    expect(stdout).toContain("web: endpoints found in ./docker-compose.yml, service web");
  });

  it("are listed for programs, too", async () => {
    const { stdout } = await runCli(["services", "--json"], { files: FILES, env: { PORT: "9000" } });
    const { services } = JSON.parse(stdout) as {
      services: { discovered: string | null; endpoints: { id: string }[] }[];
    };
    expect(services.map(({ discovered, endpoints }) => [discovered, endpoints.map(({ id }) => id)])).toEqual([
      ["DNS shop.internal, port 4010", []],
      ["DNS SRV _pay._tcp.internal", []],
      ["./stock.json", ["http://10.0.0.1:1", "http://10.0.0.2:1"]],
      ["./docker-compose.yml, service web", ["http://localhost:9000"]],
    ]);
  });

  it("are what `route` decides by: files are read, and a name stands for what DNS has", async () => {
    const stock = await runCli(["route", "GET", "/stock", "--json"], { files: FILES });
    expect((JSON.parse(stock.stdout) as { endpoint: string }).endpoint).toBe("http://10.0.0.1:1");
    const shop = await runCli(["route", "GET", "/shop", "--json"], { files: FILES });
    expect((JSON.parse(shop.stdout) as { endpoint: string }).endpoint).toBe("dns:shop.internal:4010");
    expect(shop.stderr).toContain("endpoints of shop are found while the gateway runs, in DNS shop.internal");
  });

  it("are checked in their files, without asking DNS", async () => {
    const { stdout, exitCode } = await runCli(["check"], { files: FILES });
    expect(stdout).toContain("is good: 1 listener, 4 services, 4 routes");
    expect(exitCode).toBe(0);
  });

  it.each([
    ["stock.json", '["http://10.0.0.1:1", 7]', "GW0160", "stock.json:1:23: [1] must be a URL", 65],
    ["docker-compose.yml", "services: { web: { ports: [80] } }", "GW0162", "docker-compose.yml:1:28: port 80", 65],
    ["docker-compose.yml", "services: { web: [", "GW0161", "docker-compose.yml:1:", 65],
    [
      "docker-compose.yml",
      'services: { web: { ports: ["8080:80"], labels: { gatewayctl.wait: 1 } } }',
      "GW0164",
      "docker-compose.yml:1:40: gatewayctl.wait",
      79,
    ],
  ])("make a finding of %s with %j", async (file, text, code, message, exit) => {
    const { stdout, exitCode } = await runCli(["check", "--json"], { files: { ...FILES, [file]: text } });
    const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
    expect(findings).toEqual([
      expect.objectContaining({ code, file: "gateway.config.yaml", message: expect.stringContaining(message) }),
    ]);
    expect(findings[0]?.["path"]).toBe(
      file === "stock.json" ? "services.stock.endpoints.file" : "services.web.endpoints.compose",
    );
    expect(findings[0]?.["line"]).toBe(file === "stock.json" ? 6 : 7);
    expect(exitCode).toBe(exit);
  });

  it("may name a file that is not there yet: a warning", async () => {
    const { "stock.json": _, ...others } = FILES;
    const { stdout, exitCode } = await runCli(["check", "--json"], { files: others });
    expect(stdout).toContain("stock.json: does not exist");
    expect(exitCode).toBe(79);
  });

  it.each([
    ["{ dns: 10.0.0.1, port: 1 }", "is an address, which needs no DNS"],
    ["{ dns: http://shop.internal, port: 1 }", "is not a name alone"],
    ["{ dns: shop.internal, port: 1, server: dns.internal }", "is not a DNS server's address"],
    ["{ srv: _a._tcp.internal, server: [10.0.0.2, 10.0.0.3:99999] }", "is not a DNS server's address"],
  ])("%s is refused", async (endpoints, message) => {
    const config = `version: 1\nservices: { a: { endpoints: ${endpoints} } }\nroutes: [{ match: /, service: a }]\n`;
    const { stdout, exitCode } = await runCli(["check", "--json"], { files: { "gateway.config.yaml": config } });
    const { findings } = JSON.parse(stdout) as { findings: { code: string; message: string }[] };
    expect(findings.map(({ code }) => code)).toEqual(["GW0163"]);
    expect(findings[0]?.message).toContain(message);
    expect(exitCode).toBe(65);
  });

  it("cannot be started by `run` as well", async () => {
    const config =
      "version: 1\nservices: { a: { run: { command: x }, endpoints: { file: e.json } } }\nroutes: [{ match: /, service: a }]\n";
    const { stdout } = await runCli(["check", "--json"], { files: { "gateway.config.yaml": config } });
    expect(stdout).toContain("`run` starts the endpoints, so that none can be found elsewhere");
  });
});
