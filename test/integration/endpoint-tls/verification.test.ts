import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startAuthority, startSecureEndpoint } from "./secure-endpoint.ts";

const TRUSTED = { tls: { ca: "ca.pem" } };

/** What a client gets through a gateway whose only endpoint shows this certificate. */
async function ask(certificate: TestCertificate, service: object, baseDirectory = ".", host = "localhost") {
  const endpoint = await startSecureEndpoint(certificate);
  const config = appConfig([`https://${host}:${endpoint.port}`], { retry: { attempts: 0 }, ...service });
  const { url, gateway } = await startGateway(config, { baseDirectory });
  const response = await fetch(url);
  const text = await response.text();
  return { status: response.status, text, endpoint, gateway, proxyStatus: response.headers.get("proxy-status") };
}

describe("an endpoint's certificate", () => {
  it("is taken if it comes from the CA that the service names", async () => {
    const { own, baseDirectory } = await startAuthority();
    const { status, text, endpoint } = await ask(own, TRUSTED, baseDirectory);
    expect([status, text]).toEqual([200, "ok"]);
    expect(endpoint.handshakes).toEqual([{ name: "localhost", protocol: "http/1.1", resumed: false }]);
  });

  it("is taken for an address if it is for that address, and no name is asked for then", async () => {
    const { own, baseDirectory } = await startAuthority();
    const { status, endpoint } = await ask(own, TRUSTED, baseDirectory, "127.0.0.1");
    expect(status).toBe(200);
    expect(endpoint.handshakes[0]?.name).toBe(false);
  });

  it("is refused from a CA that nobody named, and nothing is sent", async () => {
    const { own } = await startAuthority();
    const { status, text, endpoint, proxyStatus } = await ask(own, {});
    expect(status).toBe(502);
    expect(text).toContain("GW0310");
    expect(text).toContain("its certificate was not accepted");
    expect(text).toContain("tls: { ca }");
    expect(proxyStatus).toContain("tls_certificate_error");
    expect(endpoint.requests).toEqual([]);
  });

  it("is refused from another CA than the named one", async () => {
    const other = await createTestCa("other");
    const { own } = await startAuthority();
    const { status, text } = await ask(own, TRUSTED, tempDir({ "ca.pem": other.cert }));
    expect([status, text.includes("GW0310")]).toEqual([502, true]);
  });

  it("is refused for another name, unless serverName says that one", async () => {
    const { ca, baseDirectory } = await startAuthority();
    const internal = await ca.issue(["users.internal"]);
    const refused = await ask(internal, TRUSTED, baseDirectory);
    expect(refused.status).toBe(502);
    expect(refused.text).toContain("it is not for localhost but for DNS:users.internal");
    const taken = await ask(internal, { tls: { ca: "ca.pem", serverName: "users.internal" } }, baseDirectory);
    expect([taken.status, taken.endpoint.handshakes[0]?.name]).toEqual([200, "users.internal"]);
  });

  it("is refused for another address", async () => {
    const { ca, baseDirectory } = await startAuthority();
    const { status, text } = await ask(await ca.issue(["127.0.0.2"]), TRUSTED, baseDirectory, "127.0.0.1");
    expect(status).toBe(502);
    expect(text).toContain("it is not for 127.0.0.1 but for IP Address:127.0.0.2");
  });

  it("is refused when it has expired", async () => {
    const { ca, baseDirectory } = await startAuthority();
    const old = await ca.issue(["localhost"], new Date(Date.now() - 60_000));
    const { status, text } = await ask(old, TRUSTED, baseDirectory);
    expect(status).toBe(502);
    expect(text).toContain("has expired");
  });

  it("is refused when it is self-signed, taken when it is itself the CA, and whatever it is with verify: false", async () => {
    const { endpointCertificate } = await import("../../upstream/health/endpoint-certificate.ts");
    const refused = await ask(endpointCertificate, {});
    expect(refused.text).toContain("it is self-signed");
    const named = await ask(endpointCertificate, TRUSTED, tempDir({ "ca.pem": endpointCertificate.cert }));
    expect(named.status).toBe(200);
    const { ca } = await startAuthority();
    const old = await ca.issue(["elsewhere"], new Date(Date.now() - 60_000));
    expect((await ask(old, { tls: { verify: false } })).status).toBe(200);
  });
});

describe("what is no certificate's fault", () => {
  it("a plain HTTP endpoint behind https: says so", async () => {
    const endpoint = await startEndpoint();
    const config = appConfig([`https://localhost:${endpoint.port}`], { retry: { attempts: 0 } });
    const response = await fetch((await startGateway(config)).url);
    const text = await response.text();
    expect([response.status, text.includes("GW0311")]).toEqual([502, true]);
    expect(text).toContain("it does not speak TLS on this port");
  });

  it("nothing that listens is a refused connection, on both loopback addresses", async () => {
    const endpoint = await startEndpoint();
    await endpoint.kill();
    const config = appConfig([`https://localhost:${endpoint.port}`], { retry: { attempts: 0 } });
    const text = await (await fetch((await startGateway(config)).url)).text();
    expect(text).toContain("GW0301");
    expect(text).toContain("127.0.0.1");
    expect(text).toContain("::1");
  });

  it.each<[what: string, code: string, onSocket: (end: () => void) => void]>([
    ["one that closes during the handshake", "GW0311", (end) => end()],
    ["one that is silent during the handshake", "GW0305", () => {}],
  ])("%s is told", async (_, code, onSocket) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => onSocket(() => socket.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const service = { retry: { attempts: 0 }, timeouts: { connect: "150ms" } };
    const { url } = await startGateway(appConfig([`https://127.0.0.1:${port}`], service));
    expect(await (await fetch(url)).text()).toContain(code);
  });
});

it("a request whose endpoint shows a bad certificate goes to another one", async () => {
  const { ca, own, baseDirectory } = await startAuthority();
  const bad = await startSecureEndpoint(await ca.issue(["elsewhere"]));
  const good = await startSecureEndpoint(own);
  const endpoints = [bad, good].map(({ port }) => `https://localhost:${port}`);
  const { url, finished, gateway } = await startGateway(appConfig(endpoints, TRUSTED), { baseDirectory });
  for (let i = 0; i < 4; i++) {
    const response = await fetch(url, { method: "POST", body: "once" });
    expect(response.status).toBe(200);
  }
  expect(good.requests).toHaveLength(4);
  expect(bad.requests).toHaveLength(0);
  expect(Math.max(...finished.map(({ attempts }) => attempts))).toBe(2);
  const [first] = gateway.service("app").upstream.snapshot().endpoints;
  expect(first).toMatchObject({ health: "unhealthy" });
});

it("an endpoint put aside for its certificate does not come back because its port is open", async () => {
  const { ca, own, baseDirectory } = await startAuthority();
  const bad = await startSecureEndpoint(await ca.issue(["elsewhere"]));
  const good = await startSecureEndpoint(own);
  const endpoints = [bad, good].map(({ port }) => `https://localhost:${port}`);
  const changes: string[] = [];
  const { url } = await startGateway(appConfig(endpoints, TRUSTED), {
    baseDirectory,
    onHealthChange: ({ endpoint, to }) => void (endpoint === endpoints[0] && changes.push(to)),
  });
  for (let i = 0; i < 2; i++) await fetch(url);
  // Recovery probes come once a second; the first one's result is known when the second one comes.
  const before = bad.connections;
  await until(() => bad.connections >= before + 2);
  expect(changes).toEqual(["unhealthy"]);
});
