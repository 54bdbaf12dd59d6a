import { Metadata, status as code } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startAuthority } from "../endpoint-tls/secure-endpoint.ts";
import { connectShop, endOf, type Message, type ShopHandlers, single, startShop } from "./shop.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- calls of a generic client have no types of their own
type Any = any;

async function start(handlers: Partial<ShopHandlers> = {}, service: object = {}) {
  const shop = await startShop(handlers);
  const gateway = await startGateway(appConfig([shop.url], { http2: true, ...service }));
  return { shop, client: connectShop(gateway.port) as Any, ...gateway };
}

const settled = (gateway: Parameters<typeof atRest>[0]) =>
  until(
    () => atRest(gateway),
    () => JSON.stringify(inUse(gateway)),
  );

describe("gRPC passes", () => {
  it("unary", async () => {
    const { client, gateway, finished } = await start();
    const { messages, status } = await single((done) => client.ask({ text: "world" }, done));
    expect([status.code, messages[0]?.text]).toEqual([code.OK, "hello world"]);
    await settled(gateway);
    expect(finished[0]).toMatchObject({ method: "POST", path: "/shop.Shop/Ask", status: 200, attempts: 1 });
  });

  it("server streaming", async () => {
    const { client } = await start();
    const { messages, status } = await endOf(client.list({ text: "item" }));
    expect(messages.map(({ text }) => text)).toEqual(["item 0", "item 1", "item 2", "item 3", "item 4"]);
    expect(status.code).toBe(code.OK);
  });

  it("client streaming", async () => {
    const { client } = await start();
    const { messages, status } = await single((done) => {
      const call = client.gather(done);
      for (const text of ["a", "b", "c"]) call.write({ text });
      call.end();
      return call;
    });
    expect([status.code, messages[0]?.text]).toEqual([code.OK, "a,b,c"]);
  });

  it("bidirectional streaming, word by word", async () => {
    const { client, gateway } = await start();
    const call = client.chat();
    const got: string[] = [];
    call.on("data", ({ text }: Message) => got.push(text));
    const end = endOf(call);
    for (const text of ["one", "two", "three"]) {
      call.write({ text });
      // Each answer comes before the next question: nothing waits for the stream's end.
      await until(() => got.at(-1) === text.toUpperCase());
    }
    call.end();
    expect((await end).status.code).toBe(code.OK);
    expect(got).toEqual(["ONE", "TWO", "THREE"]);
    await settled(gateway);
  });

  it("many messages in both directions, in order", async () => {
    const { client } = await start();
    const call = client.chat();
    const end = endOf(call);
    for (let i = 0; i < 2000; i++) call.write({ text: `m${i} ${"x".repeat(i % 700)}` });
    call.end();
    const { messages, status } = await end;
    expect(status.code).toBe(code.OK);
    expect(messages.map(({ text }) => text.split(" ")[0])).toEqual(Array.from({ length: 2000 }, (_, i) => `M${i}`));
  });

  it("messages of 4 MB", async () => {
    const { client } = await start({ ask: ({ request }, answer) => answer(null, { text: request.text }) });
    const text = "0123456789abcdef".repeat((4 * 1024 * 1024) / 16);
    const { messages, status } = await single((done) => client.ask({ text }, done));
    expect(status.code).toBe(code.OK);
    expect(messages[0]?.text === text).toBe(true);
  });
});

it("gRPC passes by TLS on both sides", async () => {
  const { ca, own } = await startAuthority();
  const baseDirectory = tempDir({ "ca.pem": ca.cert, "own.pem": own.cert, "own.key": own.key });
  const shop = await startShop({}, own);
  const config = appConfig([shop.url], { http2: true, tls: { ca: "ca.pem" } });
  const listeners = [{ https: 0, tls: { cert: "own.pem", key: "own.key" } }];
  const { port } = await startGateway({ ...config, listeners }, { baseDirectory });
  const client = connectShop(port, ca.cert) as Any;
  const call = client.chat();
  const end = endOf(call);
  for (const text of ["a", "b"]) call.write({ text });
  call.end();
  const { messages, status } = await end;
  expect([status.code, messages.map(({ text }) => text)]).toEqual([code.OK, ["A", "B"]]);
});

describe("what stands beside gRPC's messages passes", () => {
  it("metadata, binary too, in all four places", async () => {
    let came: Metadata | undefined;
    const { client } = await start({
      ask: (call, answer) => {
        came = call.metadata;
        const initial = new Metadata();
        initial.set("x-initial", "i");
        initial.set("x-initial-bin", Buffer.from([0, 1, 254, 255]));
        call.sendMetadata(initial);
        const trailing = new Metadata();
        trailing.set("x-trailing", "t");
        trailing.set("x-trailing-bin", Buffer.from([255, 0]));
        answer(null, { text: "" }, trailing);
      },
    });
    const sent = new Metadata();
    sent.set("x-sent", "s");
    sent.add("x-many", "1");
    sent.add("x-many", "2");
    sent.set("x-sent-bin", Buffer.from([1, 2, 3, 250]));
    const { status, metadata } = await single((done) => client.ask({ text: "" }, sent, done));
    expect([came?.get("x-sent"), came?.get("x-many").join(", ")]).toEqual([["s"], "1, 2"]);
    expect(came?.get("x-sent-bin")).toEqual([Buffer.from([1, 2, 3, 250])]);
    expect([metadata.get("x-initial"), metadata.get("x-initial-bin")]).toEqual([
      ["i"],
      [Buffer.from([0, 1, 254, 255])],
    ]);
    expect(status.metadata.get("x-trailing")).toEqual(["t"]);
    expect(status.metadata.get("x-trailing-bin")).toEqual([Buffer.from([255, 0])]);
  });

  it("a status other than OK, with its details and trailers, before any message", async () => {
    const trailing = new Metadata();
    trailing.set("x-reason-bin", Buffer.from("why"));
    const { client, finished, gateway } = await start({
      ask: (_call, answer) =>
        answer({ code: code.FAILED_PRECONDITION, details: "out of stock: 100 % äöü", metadata: trailing }),
    });
    const { status } = await single((done) => client.ask({ text: "" }, done));
    expect([status.code, status.details]).toEqual([code.FAILED_PRECONDITION, "out of stock: 100 % äöü"]);
    expect(status.metadata.get("x-reason-bin")).toEqual([Buffer.from("why")]);
    await settled(gateway);
    expect(finished[0]).toMatchObject({ status: 200, attempts: 1 });
  });

  it("a status other than OK behind messages", async () => {
    const { client } = await start({
      list: (call) => {
        call.write({ text: "first" });
        call.emit("error", { code: code.DATA_LOSS, details: "the rest is lost" });
      },
    });
    const { status, messages } = await endOf(client.list({ text: "" }));
    expect([messages.length, status.code, status.details]).toEqual([1, code.DATA_LOSS, "the rest is lost"]);
  });

  it("a method that is not there", async () => {
    const { client } = await start();
    const unknown = (done: Any) =>
      client.makeUnaryRequest(
        "/shop.Shop/Nothing",
        (m: Message) => Buffer.from(JSON.stringify(m)),
        () => ({}),
        { text: "" },
        done,
      );
    expect((await single(unknown)).status.code).toBe(code.UNIMPLEMENTED);
  });
});

describe("the end of a call reaches the other side", () => {
  it.each<[kind: string, call: (client: Any) => Any]>([
    ["unary", (client) => client.ask({ text: "" }, () => {})],
    ["bidirectional", (client) => client.chat()],
  ])("when the client of a %s call cancels", async (_, begin) => {
    let began = false;
    let cancelled = false;
    const wait = (call: Any): void => {
      began = true;
      call.on("cancelled", () => {
        cancelled = true;
      });
    };
    const { client, gateway } = await start({ ask: wait, chat: wait });
    const call = begin(client);
    const end = new Promise<Any>((resolve) => call.on("status", resolve));
    call.on("error", () => {});
    await until(() => began);
    call.cancel();
    expect((await end).code).toBe(code.CANCELLED);
    await until(() => cancelled);
    await settled(gateway);
  });

  it("when its deadline has passed", async () => {
    let left: number | undefined;
    let cancelled = false;
    const { client, gateway } = await start({
      ask: (call) => {
        left = Number(call.getDeadline()) - Date.now();
        call.on("cancelled", () => {
          cancelled = true;
        });
      },
    });
    const { status } = await single((done) => client.ask({ text: "" }, { deadline: Date.now() + 300 }, done));
    expect(status.code).toBe(code.DEADLINE_EXCEEDED);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(300);
    await until(() => cancelled);
    await settled(gateway);
  });

  it("when the server ends the call before the client has sent all", async () => {
    const { client, gateway } = await start({
      gather: (call, answer) => {
        call.once("data", () => answer({ code: code.RESOURCE_EXHAUSTED, details: "enough" }));
      },
    });
    const { status } = await single((done) => {
      const call = client.gather(done);
      call.on("error", () => {});
      call.write({ text: "a" });
      return call;
    });
    expect([status.code, status.details]).toEqual([code.RESOURCE_EXHAUSTED, "enough"]);
    await settled(gateway);
  });
});

describe("several endpoints", () => {
  it("share the calls of one client, call by call", async () => {
    const shops = [await startShop(), await startShop()];
    const { port } = await startGateway(
      appConfig(
        shops.map(({ url }) => url),
        { http2: true },
      ),
    );
    const client = connectShop(port) as Any;
    const calls = new Map<number, number>();
    for (let i = 0; i < 20; i++) {
      const { messages } = await single((done) => client.ask({ text: "" }, done));
      const from = messages[0]?.from ?? 0;
      calls.set(from, (calls.get(from) ?? 0) + 1);
    }
    // Round-robin: one client has one connection, and its calls still go to both.
    expect([...calls.values()]).toEqual([10, 10]);
  });

  it("one that is killed in the middle of a stream fails that call at once, and no other", async () => {
    const endless = (call: Any): void => {
      call.write({ text: "first" });
    };
    const shops = [await startShop({ list: endless }), await startShop({ list: endless })];
    const { port, gateway } = await startGateway(
      appConfig(
        shops.map(({ url }) => url),
        { http2: true },
      ),
    );
    const client = connectShop(port) as Any;
    const calls = [client.list({ text: "" }), client.list({ text: "" })];
    const got = [0, 0];
    calls.forEach((call, i) => call.on("data", () => (got[i] = 1)));
    const [first, second] = calls.map(endOf);
    await until(() => got[0] === 1 && got[1] === 1);
    shops[0]?.server.forceShutdown();
    const { status } = (await Promise.race([first, second])) as Any;
    expect([code.UNAVAILABLE, code.INTERNAL, code.UNKNOWN]).toContain(status.code);
    await pause(50);
    expect(gateway.requestsInFlight).toBe(1);
    for (let i = 0; i < 4; i++) {
      expect((await single((done) => client.ask({ text: "" }, done))).status.code).toBe(code.OK);
    }
    for (const call of calls) call.cancel();
    await settled(gateway);
  });

  it("none left is UNAVAILABLE, not a hang", async () => {
    const { client, shop } = await start({}, { retry: { attempts: 0 } });
    shop.server.forceShutdown();
    const { status } = await single((done) => client.ask({ text: "" }, done));
    expect(status.code).toBe(code.UNAVAILABLE);
  });
});
