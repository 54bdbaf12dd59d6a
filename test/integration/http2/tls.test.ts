import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest } from "../../helpers/gateway.ts";
import { startSecureGateway } from "../tls/secure-gateway.ts";
import { connectClient, send } from "./client.ts";

const sha = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex");

describe("HTTP/2 by TLS", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s: 4 MB both ways on 20 streams at once, whole", async (version) => {
    const endpoint = await startEndpoint((request, response) => void request.pipe(response));
    const { port, gateway, ca } = await startSecureGateway(appConfig([endpoint.url]));
    const client = await connectClient(port, { ca: ca(), minVersion: version, maxVersion: version }, "https");
    expect(client.alpnProtocol).toBe("h2");
    const bodies = Array.from({ length: 20 }, () => randomBytes(200_000));
    const answers = await Promise.all(bodies.map((body) => send(client, { ":method": "POST" }, [body])));
    expect(answers.map(({ body }) => sha(body))).toEqual(bodies.map(sha));
    await until(() => atRest(gateway));
  });

  it("tells endpoints what the client spoke", async () => {
    const endpoint = await startEndpoint((request, response) => void response.end(JSON.stringify(request.headers)));
    const { port, gateway, ca } = await startSecureGateway(appConfig([endpoint.url]));
    const client = await connectClient(port, { ca: ca() }, "https");
    const seen = JSON.parse((await send(client, {})).text) as Record<string, string>;
    expect([seen["via"], seen["x-forwarded-proto"], seen["x-forwarded-port"]]).toEqual([
      `2.0 ${gateway.instance}`,
      "https",
      String(port),
    ]);
  });

  it("ends with the client, whose endpoints are told, and with the gateway, whose clients are told", async () => {
    const endpoint = await startEndpoint(() => {});
    const { port, gateway, ca } = await startSecureGateway(appConfig([endpoint.url]));
    const leaving = await connectClient(port, { ca: ca() }, "https");
    leaving.request({ ":path": "/" }).on("error", () => {});
    await until(() => endpoint.requests.length === 1);
    leaving.destroy();
    await until(() => atRest(gateway) && gateway.connections === 0, "the endpoint was not told");
    const staying = await connectClient(port, { ca: ca() }, "https");
    let goaway: number | undefined;
    staying.once("goaway", (code) => (goaway = code));
    expect(await gateway.drain(2_000)).toBe(0);
    await until(
      () => goaway === 0 && staying.destroyed,
      () => `the client was not told (${goaway}, ${staying.closed}, ${staying.destroyed})`,
    );
  });
});
