import { X509Certificate } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestCa, type TestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig } from "../../helpers/gateway.ts";
import { tempDir, writeFiles } from "../../helpers/temp-dir.ts";
import { connectTls } from "../../http/tls/terminating.ts";
import { send, startSecureGateway } from "./secure-gateway.ts";

let authority: TestCa;
let first: TestCertificate;
let second: TestCertificate;

beforeAll(async () => {
  authority = await createTestCa();
  first = await authority.issue(["localhost", "shop.example"]);
  second = await authority.issue(["localhost"]);
});

const serialOf = ({ cert }: { cert: string }): string => new X509Certificate(cert).serialNumber;

async function serialShown(port: number): Promise<string> {
  const client = await connectTls(port, { ca: authority.cert });
  const { raw } = client.getPeerCertificate();
  client.destroy();
  return new X509Certificate(raw).serialNumber;
}

describe("tls: { cert, key }", () => {
  it("serves the certificate of the files, relative to the config's folder", async () => {
    const endpoint = await startEndpoint();
    const folder = tempDir({ "tls/s.pem": first.cert, "tls/s.key": first.key });
    const tls = { cert: "tls/s.pem", key: "./tls/s.key" };
    const { port, state } = await startSecureGateway(
      { ...appConfig([endpoint.url]), listeners: [{ https: 0, tls }] },
      { baseDirectory: folder },
    );
    const shop = await send(port, {
      ca: authority.cert,
      servername: "shop.example",
      headers: { host: "shop.example" },
    });
    expect(shop.status).toBe(200);
    // No CA is made where none is asked for.
    expect(readdirSync(state)).toEqual([]);
  });

  it("takes files up that have changed; what is broken is told of, and the pair before stays", async () => {
    const endpoint = await startEndpoint((_request, response) => {
      response.write("first half, ");
      setTimeout(() => response.end("second half"), 45);
    });
    const folder = tempDir({ "s.pem": first.cert, "s.key": first.key });
    const tls = { cert: "s.pem", key: "s.key" };
    const { port, events } = await startSecureGateway(
      { ...appConfig([endpoint.url]), listeners: [{ https: 0, tls }] },
      { baseDirectory: folder },
    );
    expect(await serialShown(port)).toBe(serialOf(first));
    const seen = (type: string) => events.filter((event) => event.type === type);

    writeFiles(folder, { "s.pem": second.cert });
    await until(() => seen("reload-failed").length > 0, "the broken pair was not noticed", 6_000);
    expect(seen("reload-failed")[0]).toMatchObject({
      files: [join(folder, "s.pem"), join(folder, "s.key")],
      reason: "s.key is not the key of the certificate in s.pem.",
    });
    expect(await serialShown(port)).toBe(serialOf(first));

    const open = send(port, { ca: authority.cert });
    writeFiles(folder, { "s.key": second.key });
    await until(() => seen("reloaded").length > 0, "the new pair was not noticed", 6_000);
    expect(await serialShown(port)).toBe(serialOf(second));
    expect((await open).body.toString()).toBe("first half, second half");
  }, 20_000);

  it("speaks only what minVersion allows", async () => {
    const folder = tempDir({ "s.pem": first.cert, "s.key": first.key });
    const tls = { cert: "s.pem", key: "s.key", minVersion: "TLSv1.3" };
    const { port, events } = await startSecureGateway({ listeners: [{ https: 0, tls }] }, { baseDirectory: folder });
    await expect(connectTls(port, { ca: authority.cert, maxVersion: "TLSv1.2" })).rejects.toThrow();
    await until(() => events.length === 1);
    expect(events).toMatchObject([{ type: "handshake-failed", peer: "127.0.0.1" }]);
    await connectTls(port, { ca: authority.cert });
  });
});

describe("tls: { clientCa }", () => {
  it("serves clients with a certificate of that CA, and no others", async () => {
    const endpoint = await startEndpoint();
    const clients = await createTestCa("clients");
    const folder = tempDir({ "s.pem": first.cert, "s.key": first.key, "clients.pem": clients.cert });
    const tls = { cert: "s.pem", key: "s.key", clientCa: "clients.pem" };
    const { port, gateway } = await startSecureGateway(
      { ...appConfig([endpoint.url]), listeners: [{ https: 0, tls }] },
      { baseDirectory: folder },
    );
    const ca = authority.cert;
    expect((await send(port, { ca, ...(await clients.issue(["me"])) })).status).toBe(200);
    await expect(send(port, { ca })).rejects.toThrow();
    await expect(send(port, { ca, ...(await authority.issue(["me"])) })).rejects.toThrow();
    expect(endpoint.requests).toHaveLength(1);
    await until(() => gateway.connections === 0);
  });
});
