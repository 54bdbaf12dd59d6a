import { connect } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { credentialsOf, fakeSource, heldTimers, startTerminating } from "./terminating.ts";

let leaf: TestCertificate;

beforeAll(async () => {
  leaf = await (await createTestCa()).issue(["localhost"]);
});

const start = () => startTerminating(fakeSource(credentialsOf(leaf)), { timers: heldTimers() });

describe("plain HTTP on a TLS port", () => {
  it("is answered 400, and told where the same is to be had", async () => {
    const { port, open, pending, secured } = await start();
    const client = await connectWire(port);
    client.send(`GET /a?b HTTP/1.1\r\nhost: localhost:${port}\r\naccept: */*\r\n\r\n`);
    const { status, headers, text } = await client.response();
    expect(status).toBe(400);
    expect(headers.get("connection")).toBe("close");
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({
      code: "GW0214",
      detail: `This port speaks TLS: use https://localhost:${port}/`,
    });
    await until(() => client.ended);
    client.socket.end();
    await until(() => open.size === 0 && pending() === 0);
    expect(client.error).toBeUndefined();
    expect(secured).toHaveLength(0);
  });

  it("is a page for a browser", async () => {
    const { port } = await start();
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nHost: shop.localhost\r\nAccept: text/html,*/*;q=0.8\r\n\r\n");
    const { headers, text } = await client.response();
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("This port speaks TLS: use https://shop.localhost/");
  });

  it.each([
    ["a Host that is none", "GET / HTTP/1.1\r\nhost: <script>\r\n\r\n"],
    ["no Host", "GET / HTTP/1.0\r\n\r\n"],
    ["a head that has only begun", "POST /x HTTP/1.1\r\nho"],
    ["HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("with %s is answered, too, and nothing of it is repeated", async (_what, octets) => {
    const { port } = await start();
    const client = await connectWire(port);
    client.send(octets);
    const { status, text } = await client.response();
    expect(status).toBe(400);
    expect(JSON.parse(text).detail).toBe("This port speaks TLS: use https://");
  });

  it("has no body in the answer to HEAD", async () => {
    const { port } = await start();
    const client = await connectWire(port);
    client.send("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n");
    const { headers } = await client.response("HEAD");
    expect(Number(headers.get("content-length"))).toBeGreaterThan(0);
    await until(() => client.ended);
    expect(client.received()).toHaveLength(0);
  });

  it("can be read though the client goes on sending, and the client is cut after a second", async () => {
    const timers = heldTimers();
    const { port, open } = await startTerminating(fakeSource(credentialsOf(leaf)), { timers });
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n");
    expect((await client.response()).status).toBe(400);
    for (let i = 0; i < 20; i++) client.send(Buffer.alloc(10_000));
    expect(open.size).toBe(1);
    expect(timers.run(1_000)).toBe(1);
    await until(() => open.size === 0);
  });

  it.each([
    ["SSL 2", Buffer.from([0x80, 0x2e, 1, 3, 1, 0, 0x15])],
    ["SSH", Buffer.from("SSH-2.0-OpenSSH_9\r\n")],
    ["lower case", Buffer.from("get / http/1.1\r\n\r\n")],
    ["an empty line", Buffer.from("\r\n\r\n")],
    ["zeros", Buffer.alloc(20)],
  ])("is not what %s is: that is cut", async (_what, octets) => {
    const { port, open } = await start();
    const socket = connect({ port, host: "127.0.0.1" });
    onTestFinished(() => void socket.destroy());
    let got = 0;
    socket.on("data", (data: Buffer) => {
      got += data.length;
    });
    socket.on("error", () => {});
    socket.write(octets);
    await until(() => socket.destroyed);
    expect(got).toBe(0);
    await until(() => open.size === 0);
  });
});
