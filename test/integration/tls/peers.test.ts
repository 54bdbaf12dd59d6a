import { execFile, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTestCa } from "../../helpers/certificates.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startSecureGateway } from "./secure-gateway.ts";

const required = process.env["REQUIRE_PEERS"] === "1";
const isMissing = (program: string): boolean => !required && spawnSync(program, ["version"]).error !== undefined;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function curl(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile("curl", ["-sS", "--max-time", "8", ...args], (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    onTestFinished(() => void child.kill());
  });
}

/** `openssl s_client` against a port; it ends when its input does. */
function sClient(port: number, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port}`, ...args]);
    onTestFinished(() => void child.kill());
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (text += data));
    child.on("close", () => resolve(text));
    child.stdin.on("error", () => {});
    child.stdin.end();
  });
}

describe.skipIf(isMissing("curl"))("curl", () => {
  it("trusts the local CA when told to, by name and by address, and not otherwise", async () => {
    const endpoint = await startEndpoint();
    const { port, caFile } = await startSecureGateway(appConfig([endpoint.url]));
    for (const host of ["localhost", "127.0.0.1", "[::1]", "shop.localhost"]) {
      const url = `https://${host}:${port}/`;
      const resolve = ["--resolve", `shop.localhost:${port}:127.0.0.1`];
      expect(await curl("--http1.1", "--cacert", caFile, ...resolve, url)).toEqual({ code: 0, out: "ok", err: "" });
    }
    // 60: the certificate's issuer is not known.
    expect((await curl(`https://localhost:${port}/`)).code).toBe(60);
  });

  it("says itself that a name is not in the certificate", async () => {
    const { port, caFile } = await startSecureGateway({});
    const { code, err } = await curl(
      "--cacert",
      caFile,
      "--resolve",
      `shop.example:${port}:127.0.0.1`,
      `https://shop.example:${port}/`,
    );
    expect(code).toBe(60);
    expect(err).toContain("no alternative certificate subject name matches target host name 'shop.example'");
  });

  it("is told whether an answer that ends with the connection is whole", async () => {
    let cut = false;
    const endpoint = await startEndpoint((_request, response) => {
      response.write("half");
      setTimeout(() => (cut ? response.socket?.destroy() : response.end(", and half")), 30);
    });
    const { port, caFile } = await startSecureGateway(appConfig([endpoint.url]));
    const asked = ["--http1.0", "--cacert", caFile, `https://localhost:${port}/`];
    expect(await curl(...asked)).toEqual({ code: 0, out: "half, and half", err: "" });
    cut = true;
    const { code, out, err } = await curl(...asked);
    // 56: receiving failed. By a reset: this curl takes an end without close_notify for a good one.
    expect([code, out]).toEqual([56, "half"]);
    expect(err).toContain("reset by peer");
  });

  it("speaks HTTP/2 where it likes to", async () => {
    const endpoint = await startEndpoint();
    const { port, caFile } = await startSecureGateway(appConfig([endpoint.url]));
    const asked = ["-w", " %{http_version}", "--cacert", caFile, `https://localhost:${port}/`];
    expect((await curl("--http2", ...asked)).out).toBe("ok 2");
    expect((await curl("--http1.1", ...asked)).out).toBe("ok 1.1");
  });

  it("follows the redirect to https with its method and body", async () => {
    const endpoint = await startEndpoint((request, response) => {
      response.writeHead(200, { "x-method": request.method ?? "" });
      request.pipe(response);
    });
    const listeners = [{ http: 0, redirect: "https" }, { https: 0 }];
    const { url, caFile } = await startSecureGateway({ ...appConfig([endpoint.url]), listeners });
    const { out } = await curl("-L", "-i", "--cacert", caFile, "-d", "payload", `${url}/x?y`);
    expect(out).toMatch(/308[^]*200[^]*x-method: POST[^]*payload$/);
    expect(endpoint.requests[0]?.url).toBe("/x?y");
  });

  it("gets in with a client certificate, and not without", async () => {
    const endpoint = await startEndpoint();
    const [server, clients] = [await createTestCa(), await createTestCa("clients")];
    const [leaf, me] = [await server.issue(["localhost"]), await clients.issue(["me"])];
    const folder = tempDir({
      "ca.pem": server.cert,
      "s.pem": leaf.cert,
      "s.key": leaf.key,
      "clients.pem": clients.cert,
      "me.pem": me.cert,
      "me.key": me.key,
    });
    const tls = { cert: "s.pem", key: "s.key", clientCa: "clients.pem" };
    const { port } = await startSecureGateway(
      { ...appConfig([endpoint.url]), listeners: [{ https: 0, tls }] },
      { baseDirectory: folder },
    );
    const [url, ca] = [`https://localhost:${port}/`, join(folder, "ca.pem")];
    const own = ["--cert", join(folder, "me.pem"), "--key", join(folder, "me.key")];
    expect((await curl("--http1.1", "--cacert", ca, ...own, url)).out).toBe("ok");
    expect((await curl("--http1.1", "--cacert", ca, url)).code).not.toBe(0);
  });
});

describe.skipIf(isMissing("openssl"))("openssl s_client", () => {
  it("verifies the chain, the name, and what is agreed upon", async () => {
    const { port, caFile } = await startSecureGateway({});
    const name = "deep.er.localhost";
    const text = await sClient(
      port,
      "-CAfile",
      caFile,
      "-servername",
      name,
      "-verify_hostname",
      name,
      "-alpn",
      "http/1.1",
    );
    expect(text).toContain("Verify return code: 0 (ok)");
    expect(text).toContain("ALPN protocol: http/1.1");
    expect(text).toMatch(/New, TLSv1\.3, Cipher is TLS_/);
  });

  it.each(["-tls1", "-tls1_1"])("is refused with %s", async (version) => {
    const { port } = await startSecureGateway({});
    const text = await sClient(port, version, "-cipher", "DEFAULT@SECLEVEL=0");
    expect(text).toMatch(/alert protocol version/i);
    expect(text).toContain("Cipher is (NONE)");
  });

  it("resumes a session", async () => {
    const { port, caFile, state } = await startSecureGateway({});
    const session = join(state, "session");
    onTestFinished(() => rmSync(session, { force: true }));
    await sClient(port, "-CAfile", caFile, "-tls1_2", "-sess_out", session);
    expect(await sClient(port, "-CAfile", caFile, "-tls1_2", "-sess_in", session)).toMatch(/^Reused, TLSv1\.2/m);
  });
});
