import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";

const ASK = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

describe("connections that are left to other processes", () => {
  it("end with their next answer, which says so; nobody is accepted meanwhile, and then again", async () => {
    const { url } = await startEndpoint();
    const { gateway, port } = await startGateway(appConfig([url]));
    const [first, second] = [await connectWire(port), await connectWire(port)];
    for (const client of [first, second]) {
      client.send(ASK);
      await client.response();
    }
    expect(gateway.countMovable(0)).toEqual([2]);
    gateway.moveOn(0, 1, 0, 100);
    await expect(connectWire(port)).rejects.toThrow("ECONNREFUSED");
    expect(gateway.countMovable(0)).toEqual([1]);

    first.send(ASK);
    const last = await first.response();
    expect([last.status, last.headers.get("connection")]).toEqual([200, "close"]);
    await until(() => first.ended);
    second.send(ASK);
    expect((await second.response()).headers.has("connection")).toBe(false);

    for (let answer = ""; answer !== "ok"; await pause(10)) {
      answer = await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.text(),
        () => "",
      );
    }
    expect(gateway.bound[0]?.port).toBe(port);
  });

  it("are not listened for again once the gateway drains", async () => {
    const { url } = await startEndpoint();
    const { gateway, port } = await startGateway(appConfig([url]));
    gateway.moveOn(0, 0, 0, 20);
    await gateway.drain(1_000);
    await pause(50);
    await expect(connectWire(port)).rejects.toThrow("ECONNREFUSED");
  });
});
