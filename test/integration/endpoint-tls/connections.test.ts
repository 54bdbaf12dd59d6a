import { createHash, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startAuthority, startSecureEndpoint } from "./secure-endpoint.ts";

const sha = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const SIZE = 10 * 1024 * 1024;

async function start(listener?: RequestListener, service: object = {}, options: object = {}) {
  const { own, baseDirectory } = await startAuthority();
  const endpoint = await startSecureEndpoint({ ...own, ...options }, listener);
  const config = appConfig([`https://localhost:${endpoint.port}`], { tls: { ca: "ca.pem" }, ...service });
  return { endpoint, ...(await startGateway(config, { baseDirectory })) };
}

it("is kept and used again", async () => {
  const { url, endpoint } = await start();
  for (let i = 0; i < 5; i++) expect(await (await fetch(url)).text()).toBe("ok");
  expect([endpoint.requests.length, endpoint.connections]).toEqual([5, 1]);
});

it.each(["TLSv1.2", "TLSv1.3"])("of %s resumes the session of the one before", async (maxVersion) => {
  const answer: RequestListener = (_request, response) => {
    response.setHeader("connection", "close");
    response.end("ok");
  };
  const { url, endpoint } = await start(answer, {}, { maxVersion });
  for (let i = 0; i < 3; i++) expect((await fetch(url)).status).toBe(200);
  expect(endpoint.handshakes.map(({ resumed }) => resumed)).toEqual([false, true, true]);
});

it("brings 10 MB each way, octet for octet", async () => {
  const { url, gateway } = await start((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      response.setHeader("x-came", sha(body));
      response.end(body);
    });
  });
  const body = randomBytes(SIZE);
  const response = await fetch(url, { method: "POST", body });
  expect(response.headers.get("x-came")).toBe(sha(body));
  expect(sha(Buffer.from(await response.arrayBuffer()))).toBe(sha(body));
  await until(
    () => atRest(gateway),
    () => JSON.stringify(inUse(gateway)),
  );
});

it("does not read ahead of a client that has stopped", async () => {
  let sent = 0;
  let isBlocked = false;
  const { port, gateway } = await start((_request, response) => {
    const part = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (sent < 200 * 1024 * 1024) {
        sent += part.length;
        if (!response.write(part)) break;
      }
      isBlocked = true;
    };
    response.on("drain", write);
    write();
  });
  const client = await connectWire(port);
  client.socket.pause();
  client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await until(() => isBlocked);
  let last = -1;
  while (last !== sent) {
    last = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // What kernels keep for three sockets is megabytes at most.
  expect(sent).toBeLessThan(40 * 1024 * 1024);
  client.socket.destroy();
  await until(
    () => atRest(gateway),
    () => JSON.stringify(inUse(gateway)),
  );
});

it("shows the client that the endpoint cut its answer short", async () => {
  const { port } = await start((_request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("12345", () => response.socket?.destroy());
  });
  const client = await connectWire(port);
  client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await until(() => client.closed || client.ended);
  expect(client.received().toString("latin1").endsWith("12345")).toBe(true);
});

it("is checked for health as it is spoken to", async () => {
  const changes: string[] = [];
  const { own, baseDirectory } = await startAuthority();
  const paths: string[] = [];
  const endpoint = await startSecureEndpoint(own, (request, response) => {
    paths.push(request.url ?? "");
    response.end();
  });
  const health = { path: "/healthz", interval: "20ms" };
  const config = appConfig([`https://localhost:${endpoint.port}`], { tls: { ca: "ca.pem" }, health });
  await startGateway(config, { baseDirectory, onHealthChange: ({ to }) => changes.push(to) });
  await until(() => paths.length >= 3);
  expect([paths[0], changes]).toEqual(["/healthz", ["healthy"]]);
});
