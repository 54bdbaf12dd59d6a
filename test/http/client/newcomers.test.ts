import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { Newcomers } from "../../../src/http/client/newcomers.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function made() {
  const time = { now: 0 };
  const served: string[] = [];
  const newcomers = new Newcomers(
    { now: () => time.now },
    ({ remoteAddress }) => void served.push(`serve ${remoteAddress}`),
  );
  const add = (name: string): void => {
    const socket = { remoteAddress: name, resume: () => void served.push(`read ${name}`) };
    newcomers.add(socket as unknown as Socket);
  };
  return { add, served, time };
}

it("serves a newcomer once a turn has brought no other, and reads it only then", async () => {
  const { add, served } = made();
  add("a");
  await turn();
  expect(served).toEqual([]);
  await turn();
  expect(served).toEqual(["serve a", "read a"]);
});

it("lets all come in that come turn after turn, and serves them in order", async () => {
  const { add, served } = made();
  for (const name of ["a", "b", "c"]) {
    add(name);
    await turn();
  }
  expect(served).toEqual([]);
  await turn();
  expect(served).toEqual(["serve a", "read a", "serve b", "read b", "serve c", "read c"]);
});

it("keeps nobody waiting for longer than 20 ms, however many come", async () => {
  const { add, served, time } = made();
  add("a");
  await turn();
  time.now = 19;
  add("b");
  await turn();
  expect(served).toEqual([]);
  time.now = 20;
  add("c");
  await turn();
  expect(served.filter((what) => what.startsWith("serve"))).toEqual(["serve a", "serve b", "serve c"]);
});

it("begins anew after that", async () => {
  const { add, served, time } = made();
  add("a");
  await turn();
  await turn();
  time.now = 1000;
  add("b");
  await turn();
  expect(served).toEqual(["serve a", "read a"]);
  await turn();
  expect(served).toEqual(["serve a", "read a", "serve b", "read b"]);
});
