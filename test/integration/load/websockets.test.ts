import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Chat, join, startChat, type Talker } from "../../helpers/chat.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";

/** Opens so many, some at a time, as clients that come by themselves would. */
async function joinAll(port: number, count: number): Promise<Talker[]> {
  const all: Talker[] = [];
  while (all.length < count) {
    const some = Math.min(100, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: some }, () => join(port)))));
  }
  return all;
}

const sizes = (chats: readonly Chat[]): number[] => chats.map(({ server }) => server.clients.size);

it("1,000 WebSockets over three endpoints: 100,000 messages there and back, each socket's in order", async () => {
  const SOCKETS = 1_000;
  const MESSAGES = 100;
  const chats = await Promise.all([startChat(), startChat(), startChat()]);
  const { gateway, port, finished } = await startGateway(
    appConfig(
      chats.map(({ url }) => url),
      { algorithm: "least-conn" },
    ),
  );
  const talkers = await joinAll(port, SOCKETS);
  // As each stays, the one with the fewest is the next: they can differ by one.
  expect(sizes(chats).sort((a, b) => a - b)).toEqual([333, 333, 334]);
  expect(gateway.requestsInFlight).toBe(SOCKETS);

  for (let n = 0; n < MESSAGES; n++) {
    for (const [i, { socket }] of talkers.entries()) socket.send(`${i}:${n}`);
    // Not all at once: there are always some thousands under way, in both directions.
    await until(() => talkers[0]!.heard.length > n - 10, "messages stand still");
  }
  const heard = (): number => talkers.reduce((sum, one) => sum + one.heard.length, 0);
  await until(
    () => heard() === SOCKETS * MESSAGES,
    () => `${heard()} came back`,
    30_000,
  );
  const wrong = talkers.filter((one, i) => one.heard.some((text, n) => text.toString() !== `${i}:${n}`));
  expect(wrong).toHaveLength(0);
  expect(talkers.every(({ closed }) => closed === undefined)).toBe(true);

  for (const [i, { socket }] of talkers.entries()) socket.close(1000, `${i}`);
  await until(() => talkers.every(({ closed }) => closed), "not all were closed");
  expect(talkers.every(({ closed }, i) => closed?.code === 1000 && closed.reason === `${i}`)).toBe(true);
  await until(() => finished.length === SOCKETS && atRest(gateway) && gateway.connections === 0);
  await until(() => sizes(chats).every((size) => size === 0), "an endpoint was not told");
  expect(chats.flatMap(({ closed }) => closed).every(({ code }) => code === 1000)).toBe(true);
  expect(new Set(finished.map(({ status }) => status))).toEqual(new Set([101]));
}, 90_000);

describe("an endpoint that is killed with 500 WebSockets open", () => {
  it("has each of its clients told at once, and the next ones go to another endpoint", async () => {
    const chats = await Promise.all([startChat(), startChat()]);
    const { gateway, port } = await startGateway(
      appConfig(
        chats.map(({ url }) => url),
        { algorithm: "least-conn" },
      ),
    );
    const talkers = await joinAll(port, 1_000);
    expect(sizes(chats)).toEqual([500, 500]);
    const [dying, living] = chats;
    // Half of them are in the middle of something.
    for (const { socket } of talkers.slice(0, 500)) socket.send(Buffer.alloc(20_000));
    dying.kill();
    await until(
      () => talkers.filter(({ closed }) => closed).length === 500,
      () => `${talkers.filter(({ closed }) => closed).length} were told`,
    );
    expect(talkers.filter(({ closed }) => closed).every(({ closed }) => closed?.code === 1006)).toBe(true);

    const later = await joinAll(port, 50);
    expect(living.server.clients.size).toBe(550);
    for (const { socket } of later) socket.send("hello");
    await until(() => later.every((one) => one.heard.length === 1));
    const still = talkers.filter(({ socket }) => socket.readyState === WebSocket.OPEN);
    for (const one of still) {
      one.heard.length = 0;
      one.socket.send("still here");
    }
    await until(() => still.every(({ heard }) => heard.some((text) => text.toString() === "still here")), "lost");
    for (const { socket } of [...still, ...later]) socket.terminate();
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify(inUse(gateway)),
    );
  }, 90_000);
});

it("500 clients that vanish while they are sent to leave nothing", async () => {
  const part = Buffer.alloc(64 * 1024, "x");
  const chat = await startChat();
  const { gateway, port } = await startGateway(appConfig([chat.url]));
  const talkers = await joinAll(port, 500);
  // What they are sent waits for them in the gateway and in the kernel when they go.
  for (const { socket } of talkers) socket.pause();
  for (const socket of chat.server.clients) for (let n = 0; n < 4; n++) socket.send(part);
  await pause(50);
  for (const { socket } of talkers) socket.terminate();
  await until(
    () => atRest(gateway) && gateway.connections === 0 && chat.server.clients.size === 0,
    () => JSON.stringify(inUse(gateway)),
  );
}, 90_000);
