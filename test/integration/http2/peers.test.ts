import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { startSecureGateway } from "../tls/secure-gateway.ts";

const required = process.env["REQUIRE_PEERS"] === "1";
const isMissing = (program: string): boolean => !required && spawnSync(program, ["--version"]).error !== undefined;

/** Runs a program and gives all that it wrote. */
function run(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 9_000 }, (_error, out, err) => resolve(out + err));
    child.stdin?.end("from stdin");
    onTestFinished(() => void child.kill());
  });
}

const echo = () =>
  startEndpoint((request, response) => {
    let octets = 0;
    request.on("data", (part: Buffer) => (octets += part.length));
    request.on("end", () => {
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end(`${request.method} ${octets} ${request.headers.via}`);
    });
  });

describe.skipIf(isMissing("curl"))("curl", () => {
  const curl = (...args: string[]) => run("curl", "-sS", "-w", " %{http_version} %{http_code}", ...args);

  it("speaks HTTP/2 by prior knowledge", async () => {
    const endpoint = await echo();
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const url = `http://localhost:${port}/`;
    const via = `2.0 ${gateway.instance}`;
    expect(await curl("--http2-prior-knowledge", url)).toBe(`GET 0 ${via} 2 200`);
    expect(await curl("--http2-prior-knowledge", "-d", "hello", url)).toBe(`POST 5 ${via} 2 200`);
    expect(await curl("--http2-prior-knowledge", "-T", "-", url)).toBe(`PUT 10 ${via} 2 200`);
    expect(await curl("--http2-prior-knowledge", "-I", url)).toMatch(
      /^HTTP\/2 200 [^]*set-cookie: a=1\r\nset-cookie: b=2\r\n/,
    );
  });

  it("that would upgrade is served HTTP/1.1", async () => {
    const endpoint = await echo();
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    expect(await curl("--http2", `http://localhost:${port}/`)).toBe(`GET 0 1.1 ${gateway.instance} 1.1 200`);
  });

  it.each([
    ["by its own choice", [], "2"],
    ["in TLS 1.2", ["--tls-max", "1.2"], "2"],
    ["that has only HTTP/1.1", ["--http1.1"], "1.1"],
    ["that knows no ALPN", ["--no-alpn"], "1.1"],
  ])("by ALPN, %s", async (_, options, version) => {
    const endpoint = await echo();
    const { port, caFile, gateway } = await startSecureGateway(appConfig([endpoint.url]));
    const shown = version === "2" ? "2.0" : "1.1";
    expect(await curl("--cacert", caFile, ...options, `https://localhost:${port}/`)).toBe(
      `GET 0 ${shown} ${gateway.instance} ${version} 200`,
    );
  });
});

describe.skipIf(isMissing("nghttp"))("nghttp", () => {
  it.each(["http", "https"])("-v %s://… shows frames as they should be", async (scheme) => {
    const endpoint = await echo();
    const config = appConfig([endpoint.url]);
    const { port, gateway } = scheme === "http" ? await startGateway(config) : await startSecureGateway(config);
    const shown = await run("nghttp", "-v", `${scheme}://localhost:${port}/`);
    if (scheme === "https") expect(shown).toContain("The negotiated protocol: h2");
    expect(shown).toContain("[SETTINGS_MAX_CONCURRENT_STREAMS(0x03):100]");
    expect(shown).toMatch(/recv \(stream_id=13\) :status: 200/);
    expect(shown).toMatch(/recv DATA frame <length=\d+, flags=0x01, stream_id=13>\n +; END_STREAM/);
    expect(shown).toContain(`GET 0 2.0 ${gateway.instance}`);
    expect(shown).not.toMatch(/recv (?:GOAWAY|RST_STREAM)/);
  });

  it("sends trailers and expects 100-continue", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (_head, socket) => void socket.write("HTTP/1.1 100 Continue\r\n\r\n"),
      onRequest: (request, socket) => void socket.write(ok(`${request.text} ${request.trailers}`)),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const file = join(tempDir(), "body");
    writeFileSync(file, "a small body");
    const options = ["--no-content-length", "--trailer", "x-sum: 1", "--expect-continue"];
    const shown = await run("nghttp", "-v", "-d", file, ...options, `http://localhost:${port}/`);
    expect(shown).toContain("a small body x-sum: 1");
    expect(shown).toMatch(/:status: 100[^]*send DATA frame[^]*:status: 200/);
  });
});

describe.skipIf(isMissing("h2load"))("h2load", () => {
  it("sees every one of its requests succeed", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("x"));
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const shown = await run("h2load", "-n", "2000", "-c", "4", "-m", "100", `http://localhost:${port}/`);
    expect(shown).toMatch(
      /requests: 2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored, 0 timeout/,
    );
    expect(atRest(gateway)).toBe(true);
  });
});
