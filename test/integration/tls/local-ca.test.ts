import { X509Certificate } from "node:crypto";
import { chmodSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { replaceLocalAuthority } from "../../../src/http/tls/local-authority.ts";
import { connectTls } from "../../http/tls/terminating.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { send, startSecureGateway } from "./secure-gateway.ts";

const routes = [
  { match: "/", service: "app" },
  { match: { host: "shop.test", path: "/s" }, service: "app" },
  { match: { host: "*.api.test", path: "/s" }, service: "app" },
];

describe("tls: auto", () => {
  it("serves by a certificate of the local CA, and tells the endpoint of https", async () => {
    const endpoint = await startEndpoint();
    const { port, ca, url, gateway, finished, events, caFile } = await startSecureGateway(appConfig([endpoint.url]));
    expect(url).toBe(`https://localhost:${port}`);
    expect(gateway.bound[0]).toMatchObject({ kind: "https", port });
    const { status, body, headers } = await send(port, { ca: ca(), path: "/a?b" });
    expect([status, body.toString()]).toEqual([200, "ok"]);
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(endpoint.requests[0]?.headers).toMatchObject({
      host: `localhost:${port}`,
      "x-forwarded-proto": "https",
      "x-forwarded-port": String(port),
      "x-forwarded-for": "127.0.0.1",
    });
    expect(finished).toMatchObject([{ status: 200, path: "/a", clientIp: "127.0.0.1" }]);
    expect(events).toEqual([{ type: "authority-made", file: caFile }]);
  });

  it("is trusted by nobody who has not been told to", async () => {
    const { port } = await startSecureGateway({});
    await expect(send(port)).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  it.each(["localhost", "any.thing.localhost", "shop.test", "v2.api.test"])(
    "has a certificate for %s",
    async (servername) => {
      const endpoint = await startEndpoint();
      const { port, ca } = await startSecureGateway({ ...appConfig([endpoint.url]), routes });
      const headers = { host: `${servername}:${port}` };
      expect((await send(port, { ca: ca(), servername, headers, path: "/s" })).status).toBe(200);
    },
  );

  it.each(["127.0.0.1", "::1"])("has one for clients that connect to %s", async (host) => {
    const endpoint = await startEndpoint();
    const { port, ca } = await startSecureGateway(appConfig([endpoint.url]));
    // Of IPv6, Node 22.23's own check finds no address in any certificate.
    const checkServerIdentity = (_host: string, { raw }: { raw: Buffer }) =>
      new X509Certificate(raw).checkIP(host) === undefined ? new Error(`not for ${host}`) : undefined;
    expect((await send(port, { ca: ca(), host, checkServerIdentity })).status).toBe(200);
  });

  it.each(["other.test", "shop.example"])("has none for %s, which the client then says itself", async (servername) => {
    const endpoint = await startEndpoint();
    const { port, ca } = await startSecureGateway({ ...appConfig([endpoint.url]), routes });
    await expect(send(port, { ca: ca(), servername })).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it("makes one certificate for a name, however many clients ask for it at once", async () => {
    const { port, ca } = await startSecureGateway({});
    const clients = await Promise.all(
      Array.from({ length: 40 }, () => connectTls(port, { ca: ca(), servername: "new.localhost" })),
    );
    const serials = clients.map((client) => new X509Certificate(client.getPeerCertificate().raw).serialNumber);
    expect(new Set(serials).size).toBe(1);
  });

  it("shares sessions between its listeners", async () => {
    const { gateway, ca } = await startSecureGateway({ listeners: [{ https: 0 }, { https: 0 }] });
    const [one, two] = gateway.bound.map(({ port }) => port) as [number, number];
    const first = await connectTls(one, { ca: ca() });
    first.resume();
    const session = await new Promise<Buffer>((resolve) => first.once("session", resolve));
    const second = await connectTls(two, { ca: ca(), session });
    expect(second.isSessionReused()).toBe(true);
  });

  it("takes up another CA while it runs, as after `cert --renew`", async () => {
    const { port, ca, state, events } = await startSecureGateway({});
    const before = ca();
    await replaceLocalAuthority(state, Date.now());
    await until(() => events.some(({ type }) => type === "reloaded"), "the CA was not taken up", 6_000);
    await connectTls(port, { ca: ca(), servername: "a.localhost" });
    await expect(connectTls(port, { ca: before })).rejects.toThrow();
  });

  it("refuses to start with a CA that cannot be used", async () => {
    const { state } = await startSecureGateway({});
    chmodSync(`${state}/local-ca/ca.key`, 0o644);
    await expect(startGateway({ listeners: [{ https: 0 }] }, { stateDirectory: () => state })).rejects.toMatchObject({
      code: "GW0018",
    });
  });

  it("asks for no state directory where there is no https listener", async () => {
    const stateDirectory = (): string => {
      throw new Error("nobody needs it");
    };
    await startGateway({}, { stateDirectory });
    const files = { cert: "missing.pem", key: "missing.key" };
    await expect(
      startGateway({ listeners: [{ https: 0, tls: files }] }, { stateDirectory, baseDirectory: "/" }),
    ).rejects.toMatchObject({ code: "GW0122" });
  });
});

describe("connections by TLS", () => {
  it("count from the moment they are accepted, half a handshake or none", async () => {
    const { port, gateway, ca } = await startSecureGateway({ limits: { connections: 3 } });
    for (let i = 0; i < 3; i++) {
      const socket = connectTcp({ port, host: "127.0.0.1" });
      onTestFinished(() => void socket.destroy());
    }
    await until(() => gateway.connections === 3);
    await expect(connectTls(port, { ca: ca() })).rejects.toThrow();
  });

  it("end with the gateway, whatever they were doing", async () => {
    const { port, gateway, ca } = await startSecureGateway({});
    const idle = await connectTls(port, { ca: ca() });
    const half = connect({ port, host: "127.0.0.1", ca: ca() });
    half.on("error", () => {});
    await until(() => gateway.connections === 2);
    await gateway.stop();
    await until(() => idle.destroyed && half.destroyed);
    expect(gateway.connections).toBe(0);
  });
});
