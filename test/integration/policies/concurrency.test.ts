import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { join, startChat } from "../../helpers/chat.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** An endpoint that answers only when told to, and a gateway with a limit in front of it. */
async function startSlow(concurrency: object) {
  const held: { path: string; response: ServerResponse }[] = [];
  const endpoint = await startEndpoint((request, response) => void held.push({ path: request.url ?? "", response }));
  const started = await startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { concurrency } }],
  });
  const answerNext = async (): Promise<string> => {
    await until(() => held.length > 0, "nothing has come to the endpoint");
    const { path, response } = held.shift() as (typeof held)[number];
    response.end(path);
    return path;
  };
  return { ...started, endpoint, held, answerNext };
}

describe.each(WIRES)("concurrency over %s", (wire) => {
  it("lets so many in at once, the others one by one in their order, and no more than may wait", async () => {
    const { port, endpoint, answerNext, gateway } = await startSlow({ limit: 2, queue: 2, timeout: "10s" });
    const replies = [];
    for (let i = 0; i < 4; i++) {
      replies.push(ask(wire, port, { path: `/${i}` }));
      await until(() => gateway.requestsInFlight === i + 1);
    }
    const refused = await ask(wire, port);
    expect([refused.status, JSON.parse(refused.text).code, refused.headers["retry-after"]]).toEqual([
      503,
      "GW0507",
      "1",
    ]);
    await until(() => endpoint.requests.length === 2);
    const order = [];
    for (let i = 0; i < 4; i++) {
      expect(endpoint.requests).toHaveLength(Math.min(i + 2, 4));
      order.push(await answerNext());
      await until(() => endpoint.requests.length === Math.min(i + 3, 4));
    }
    expect(order).toHaveLength(4);
    expect(order.slice(2)).toEqual(["/2", "/3"]);
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it("refuses who has waited too long, without asking the endpoint", async () => {
    const { port, endpoint, answerNext } = await startSlow({ limit: 1, queue: 1, timeout: "30ms" });
    const first = ask(wire, port);
    await until(() => endpoint.requests.length === 1);
    const late = await ask(wire, port);
    expect([late.status, JSON.parse(late.text).code]).toEqual([503, "GW0507"]);
    expect(endpoint.requests).toHaveLength(1);
    await answerNext();
    expect((await first).status).toBe(200);
    const next = ask(wire, port);
    await answerNext();
    expect((await next).status).toBe(200);
  });

  it("gives every place back, however requests end", async () => {
    const { port, gateway, held, answerNext } = await startSlow({ limit: 2, queue: 1, timeout: "10ms" });
    for (let round = 0; round < 5; round++) {
      const replies = Array.from({ length: 6 }, () =>
        ask(wire, port).then(
          ({ status }) => status,
          () => 0,
        ),
      );
      await until(() => held.length === 2);
      // One is answered and the other cut off; the others have been refused, or have had a turn.
      held.shift()?.response.destroy();
      await answerNext();
      const rest = setInterval(() => held.shift()?.response.end(), 5);
      await Promise.all(replies);
      clearInterval(rest);
      await until(() => atRest(gateway));
      held.length = 0;
    }
    const [one, two] = [ask(wire, port), ask(wire, port)];
    await until(() => held.length === 2);
    await answerNext();
    await answerNext();
    expect([(await one).status, (await two).status]).toEqual([200, 200]);
  });
});

it("frees the place in line of a client that has gone, before its time", async () => {
  const { port, endpoint, gateway, answerNext } = await startSlow({ limit: 1, queue: 1, timeout: "1m" });
  const first = ask("HTTP/1.1", port, { path: "/first" });
  await until(() => endpoint.requests.length === 1);
  const gone = await connectWire(port);
  gone.send("GET /gone HTTP/1.1\r\nhost: a\r\n\r\n");
  await until(() => gateway.requestsInFlight === 2);
  gone.socket.destroy();
  await until(() => gateway.requestsInFlight === 1, "it is still in line");
  const next = ask("HTTP/1.1", port, { path: "/next" });
  await until(() => gateway.requestsInFlight === 2);
  expect([await answerNext(), (await first).text, await answerNext(), (await next).text]).toEqual([
    "/first",
    "/first",
    "/next",
    "/next",
  ]);
  expect(endpoint.requests).toHaveLength(2);
});

it("counts a WebSocket until its tunnel ends", async () => {
  const chat = await startChat();
  const { port, gateway } = await startGateway({
    services: { app: [chat.url] },
    routes: [{ match: "/", service: "app", policies: { concurrency: { limit: 1 } } }],
  });
  const { socket } = await join(port);
  await pause(20);
  expect((await ask("HTTP/1.1", port)).status).toBe(503);
  socket.close();
  await until(() => atRest(gateway));
  // Its place is free for another.
  (await join(port)).socket.terminate();
  await until(() => atRest(gateway));
});

it("lets a WebSocket wait its turn", async () => {
  const chat = await startChat();
  const { port } = await startGateway({
    services: { app: [chat.url] },
    routes: [{ match: "/", service: "app", policies: { concurrency: { limit: 1, queue: 1, timeout: "10s" } } }],
  });
  const first = await join(port);
  const second = join(port);
  await pause(20);
  expect(chat.server.clients.size).toBe(1);
  first.socket.close();
  const { socket, heard } = await second;
  socket.send("my turn");
  await until(() => heard.length === 1);
});
