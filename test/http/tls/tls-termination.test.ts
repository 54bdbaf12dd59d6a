import { X509Certificate } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { createSecureContext, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestCa, type TestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { connectTls, credentialsOf, fakeSource, heldTimers, startTerminating } from "./terminating.ts";

let authority: TestCa;
let leaf: TestCertificate;
let other: TestCertificate;
let ca: string;

beforeAll(async () => {
  authority = await createTestCa();
  ca = authority.cert;
  leaf = await authority.issue(["localhost"]);
  other = await authority.issue(["localhost", "other.localhost"]);
});

function shown(socket: TLSSocket): string {
  return new X509Certificate(socket.getPeerCertificate().raw).serialNumber;
}

function serialOf(pair: TestCertificate): string {
  return new X509Certificate(pair.cert).serialNumber;
}

describe("a TLS termination", () => {
  it("hands the TLS socket on, with what was agreed to be spoken", async () => {
    const { port, secured, pending } = await startTerminating(fakeSource(credentialsOf(leaf)));
    const client = await connectTls(port, { ca, ALPNProtocols: ["http/1.1", "h2"] });
    expect(client.authorized).toBe(true);
    await until(() => secured.length === 1);
    expect(secured[0]?.socket.alpnProtocol).toBe("h2");
    secured[0]?.socket.end("hello");
    const got = await new Promise<string>((resolve) => client.once("data", (data) => resolve(data.toString())));
    expect(got).toBe("hello");
    expect(pending()).toBe(0);
  });

  it("refuses a client that speaks nothing of what is offered, as RFC 7301 section 3.2 has it", async () => {
    const { port } = await startTerminating(fakeSource(credentialsOf(leaf)), { alpnProtocols: ["http/1.1"] });
    await expect(connectTls(port, { ca, ALPNProtocols: ["spdy/1"] })).rejects.toThrow(/alert|application protocol/i);
    expect((await connectTls(port, { ca })).alpnProtocol).toBe(false);
  });

  it("gives every client's TLS socket to whoever handed over that client", async () => {
    const { port, secured } = await startTerminating(fakeSource(credentialsOf(leaf)));
    const clients = await Promise.all(Array.from({ length: 60 }, () => connectTls(port, { ca })));
    await until(() => secured.length === clients.length);
    for (const { socket, raw } of secured) expect(socket.remotePort).toBe(raw.remotePort);
    expect(new Set(secured.map(({ socket }) => socket.remotePort)).size).toBe(clients.length);
    // And the octets are that client's, too.
    for (const { socket } of secured)
      socket.once("data", (data) => socket.end(`${data.toString()} ${socket.remotePort}`));
    const answers = clients.map(
      (client) =>
        new Promise<[string, number | undefined]>((resolve) => {
          client.once("data", (data) => resolve([data.toString(), client.localPort]));
          client.write("I am");
        }),
    );
    for (const [answer, localPort] of await Promise.all(answers)) expect(answer).toBe(`I am ${localPort}`);
  });

  it("finds octets that were read before it and put back, as behind a PROXY header", async () => {
    const { port, secured } = await startTerminating(fakeSource(credentialsOf(leaf)), {
      before: (socket, go) => {
        socket.once("readable", () => {
          const octets = socket.read() as Buffer;
          expect(octets.toString("latin1", 0, 6)).toBe("PROXY\n");
          socket.unshift(octets.subarray(6));
          go();
        });
      },
    });
    const tcp = connectTcp({ port, host: "127.0.0.1" });
    tcp.cork();
    tcp.write("PROXY\n");
    const client = connectTls(port, { ca, socket: tcp });
    // The header and the hello come in one piece.
    setImmediate(() => tcp.uncork());
    await client;
    await until(() => secured.length === 1);
  });

  it("keeps half-closes apart: the client's end is not the end of the answer", async () => {
    const { port, secured } = await startTerminating(fakeSource(credentialsOf(leaf)));
    const client = await connectTls(port, { ca, socket: connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true }) });
    const { socket } = await until(() => secured[0]);
    let ended = false;
    socket.on("end", () => {
      ended = true;
    });
    socket.resume();
    client.end("last words");
    await until(() => ended);
    await pause(20);
    expect(socket.writable).toBe(true);
    socket.end("and an answer");
    let text = "";
    client.on("data", (data) => {
      text += data;
    });
    await until(() => client.readableEnded);
    expect(text).toBe("and an answer");
  });

  it("ends a client that comes after it was closed", async () => {
    const { port, close, open } = await startTerminating(fakeSource(credentialsOf(leaf)));
    close();
    await expect(connectTls(port, { ca })).rejects.toThrow();
    await until(() => open.size === 0);
  });
});

describe("versions of TLS", () => {
  const OLD = { ciphers: "DEFAULT@SECLEVEL=0", minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;

  it("before 1.2 are refused", async () => {
    const { port, failures } = await startTerminating(fakeSource(credentialsOf(leaf)));
    await expect(connectTls(port, { ca, ...OLD })).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_SSL/) });
    await until(() => failures.length === 1);
    expect(failures[0]).toMatch(/unsupported protocol|version/i);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s is spoken", async (version) => {
    const { port } = await startTerminating(fakeSource(credentialsOf(leaf)));
    const client = await connectTls(port, { ca, minVersion: version, maxVersion: version });
    expect(client.getProtocol()).toBe(version);
  });

  it("before minVersion are refused", async () => {
    const { port } = await startTerminating(fakeSource(credentialsOf(leaf, { minVersion: "TLSv1.3" })));
    await expect(connectTls(port, { ca, maxVersion: "TLSv1.2" })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_SSL/),
    });
    expect((await connectTls(port, { ca })).getProtocol()).toBe("TLSv1.3");
  });

  it("1.2 has no renegotiation", async () => {
    const { port, secured } = await startTerminating(fakeSource(credentialsOf(leaf)));
    const client = await connectTls(port, { ca, maxVersion: "TLSv1.2" });
    await until(() => secured.length === 1);
    const outcome = new Promise<string>((resolve) => {
      client.on("error", ({ message }) => resolve(message));
      client.on("close", () => resolve("closed"));
      client.renegotiate({}, (error) => resolve(error ? error.message : "renegotiated"));
    });
    expect(await outcome).toMatch(/no renegotiation/i);
  });
});

describe("sessions", () => {
  /** Two connections, the second with the first one's ticket. @returns whether the second was a resumption */
  async function resumes(ports: readonly [number, number], options: object): Promise<boolean> {
    const session = await sessionOf(await connectTls(ports[0], { ca, ...options }));
    const second = await connectTls(ports[1], { ca, session, ...options });
    return second.isSessionReused();
  }

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "are resumed by %s, also by a name with its own certificate",
    async (maxVersion) => {
      const source = fakeSource(credentialsOf(leaf));
      source.contextFor = (name) =>
        name === "other.localhost"
          ? Promise.resolve(createSecureContext({ cert: other.cert, key: other.key }))
          : undefined;
      const { port } = await startTerminating(source);
      expect(await resumes([port, port], { maxVersion })).toBe(true);
      expect(await resumes([port, port], { maxVersion, servername: "other.localhost" })).toBe(true);
    },
  );

  it("are resumed by another process that has the same secret and the same certificates", async () => {
    const ticketSecret = Buffer.alloc(32, 7);
    const one = await startTerminating(fakeSource(credentialsOf(leaf)), { ticketSecret });
    const two = await startTerminating(fakeSource(credentialsOf(leaf)), { ticketSecret });
    const stranger = await startTerminating(fakeSource(credentialsOf(leaf)));
    expect(await resumes([one.port, two.port], {})).toBe(true);
    expect(await resumes([one.port, stranger.port], {})).toBe(false);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("by %s do not get a client past another client CA", async (maxVersion) => {
    const ticketSecret = Buffer.alloc(32, 7);
    const [ours, theirs] = [await createTestCa("ours"), await createTestCa("theirs")];
    const first = await startTerminating(fakeSource(credentialsOf(leaf, { clientCa: ours.cert })), { ticketSecret });
    const second = await startTerminating(fakeSource(credentialsOf(leaf, { clientCa: theirs.cert })), { ticketSecret });
    const options = { maxVersion, ...(await ours.issue(["me"])) };
    await resumes([first.port, second.port], options).catch(() => false);
    await until(() => second.failures.length === 1 && second.open.size === 0);
    expect(second.secured).toHaveLength(0);
    expect(await resumes([first.port, first.port], options)).toBe(true);
  });

  it("end when other certificates have been taken up", async () => {
    const source = fakeSource(credentialsOf(leaf));
    const { port, changed, reloads } = await startTerminating(source);
    const session = await sessionOf(await connectTls(port, { ca }));
    source.credentials = credentialsOf(other);
    changed();
    await until(() => reloads.length === 1);
    const second = await connectTls(port, { ca, session });
    expect(second.isSessionReused()).toBe(false);
    expect(shown(second)).toBe(serialOf(other));
  });
});

describe("server names", () => {
  it("choose the certificate, whatever their case; one without a certificate is shown the default one", async () => {
    const source = fakeSource(credentialsOf(leaf));
    const asked: string[] = [];
    source.contextFor = (name) => {
      asked.push(name);
      return name === "other.localhost"
        ? Promise.resolve(createSecureContext({ cert: other.cert, key: other.key }))
        : undefined;
    };
    const { port } = await startTerminating(source);
    expect(shown(await connectTls(port, { ca, servername: "Other.LOCALHOST" }))).toBe(serialOf(other));
    expect(shown(await connectTls(port, { ca, servername: "x.test", checkServerIdentity: () => undefined }))).toBe(
      serialOf(leaf),
    );
    expect(shown(await connectTls(port, { ca, servername: "", checkServerIdentity: () => undefined }))).toBe(
      serialOf(leaf),
    );
    expect(asked).toEqual(["other.localhost", "x.test"]);
    // The client's own check says which names it would have been good for.
    await expect(connectTls(port, { ca, servername: "x.test" })).rejects.toThrow(
      "Host: x.test. is not in the cert's altnames",
    );
  });

  it("whose certificate cannot be made end the handshake, and nothing else", async () => {
    const source = fakeSource(credentialsOf(leaf));
    source.contextFor = (name) => (name === "bad.localhost" ? Promise.reject(new Error("no luck")) : undefined);
    const { port, failures, pending } = await startTerminating(source);
    await expect(connectTls(port, { ca, servername: "bad.localhost" })).rejects.toThrow();
    await until(() => failures.length === 1);
    expect(pending()).toBe(0);
    await connectTls(port, { ca });
  });
});

describe("certificates that change", () => {
  it("are shown to new clients, while open connections go on", async () => {
    const source = fakeSource(credentialsOf(leaf));
    const { port, secured, changed, reloads } = await startTerminating(source);
    const before = await connectTls(port, { ca });
    expect(shown(before)).toBe(serialOf(leaf));
    source.credentials = credentialsOf(other);
    changed();
    await until(() => reloads.length === 1);
    expect(reloads).toEqual([undefined]);
    expect(shown(await connectTls(port, { ca }))).toBe(serialOf(other));
    const echo = new Promise<string>((resolve) => before.once("data", (data) => resolve(data.toString())));
    secured[0]?.socket.write("still here");
    expect(await echo).toBe("still here");
  });

  it("into something broken are told of, and those before stay", async () => {
    const source = fakeSource(credentialsOf(leaf));
    const { port, changed, reloads } = await startTerminating(source);
    source.credentials = new Error("no pair");
    changed();
    await until(() => reloads.length === 1);
    source.credentials = { ...credentialsOf(leaf), key: other.key };
    changed();
    await until(() => reloads.length === 2);
    expect(reloads.map((error) => (error as Error).message)).toEqual(["no pair", expect.stringContaining("mismatch")]);
    expect(shown(await connectTls(port, { ca }))).toBe(serialOf(leaf));
  });

  it("are loaded again when their time comes", async () => {
    const clock = { time: 0, now: () => clock.time };
    const timers = heldTimers();
    const source = fakeSource(credentialsOf(leaf, { renewAt: 1_000 }));
    const { port, reloads } = await startTerminating(source, { wallClock: clock, timers });
    source.credentials = credentialsOf(other, { renewAt: 5_000 });
    const HOUR = 3_600_000;
    expect(timers.run(HOUR)).toBe(1);
    await pause(5);
    expect(reloads).toHaveLength(0);
    clock.time = 1_000;
    expect(timers.run(HOUR)).toBe(1);
    await until(() => reloads.length === 1);
    expect(shown(await connectTls(port, { ca }))).toBe(serialOf(other));
    expect(timers.run(HOUR)).toBe(1);
  });
});

describe("client certificates", () => {
  async function mutual() {
    const clients = await createTestCa("clients");
    const source = fakeSource(credentialsOf(leaf, { clientCa: clients.cert }));
    return { clients, ...(await startTerminating(source)) };
  }

  it.each(["TLSv1.2", "TLSv1.3"] as const)("of the right CA open the door, by %s", async (maxVersion) => {
    const { clients, port, secured } = await mutual();
    const client = await connectTls(port, { ca, maxVersion, ...(await clients.issue(["me"])) });
    const { socket } = await until(() => secured[0]);
    expect(socket.authorized).toBe(true);
    socket.write("welcome");
    expect(await new Promise((resolve) => client.once("data", (data) => resolve(data.toString())))).toBe("welcome");
  });

  it.each([
    ["TLSv1.2", "none", undefined],
    ["TLSv1.3", "none", undefined],
    ["TLSv1.2", "one of another CA", "strangers"],
    ["TLSv1.3", "one of another CA", "strangers"],
    ["TLSv1.3", "one of another CA of the same name", "clients"],
  ] as const)("by %s: %s is refused before anything is served", async (maxVersion, _what, name) => {
    const { port, secured, failures, open } = await mutual();
    const pair = name === undefined ? {} : await (await createTestCa(name)).issue(["me"]);
    // By TLS 1.3 the client's handshake is done before the server has seen its certificate (RFC 8446 section 2).
    const client = await connectTls(port, { ca, maxVersion, ...pair }).catch(() => undefined);
    let octets = 0;
    client?.on("data", (data: Buffer) => {
      octets += data.length;
    });
    await until(() => open.size === 0);
    if (client) await until(() => client.destroyed);
    expect(secured).toHaveLength(0);
    expect(failures).toHaveLength(1);
    expect(octets).toBe(0);
  });
});

describe("handshakes that do not come to an end", () => {
  const LIMIT = 5_000;

  it.each<[string, (socket: ReturnType<typeof connectTcp>) => void]>([
    ["a client that sends nothing", () => {}],
    ["one that sends one octet of a hello", (socket) => void socket.write(Buffer.from([0x16]))],
    [
      "one that announces a long record",
      (socket) => void socket.write(Buffer.from([0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc])),
    ],
  ])("%s is cut when its time is over, and not before", async (_what, begin) => {
    const timers = heldTimers();
    const { port, pending, open } = await startTerminating(fakeSource(credentialsOf(leaf)), {
      timers,
      handshakeTimeout: LIMIT,
    });
    const socket = connectTcp({ port, host: "127.0.0.1" });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    begin(socket);
    await until(() => pending() === 1);
    await pause(20);
    expect([pending(), open.size]).toEqual([1, 1]);
    expect(timers.run(LIMIT)).toBe(1);
    await until(() => pending() === 0 && open.size === 0);
    expect(timers.waiting).toBe(0);
  });

  it("end with a client that ends without a word", async () => {
    const { port, pending, open } = await startTerminating(fakeSource(credentialsOf(leaf)), { timers: heldTimers() });
    const socket = connectTcp({ port, host: "127.0.0.1" });
    onTestFinished(() => void socket.destroy());
    await until(() => pending() === 1);
    socket.end();
    await until(() => pending() === 0 && open.size === 0);
  });

  it("have a time that does not go on when they are done", async () => {
    const timers = heldTimers();
    const { port, secured } = await startTerminating(fakeSource(credentialsOf(leaf)), { timers });
    await connectTls(port, { ca });
    await until(() => secured.length === 1);
    expect(timers.waiting).toBe(0);
  });

  it("leave nothing behind, in whatever state they are broken off", async () => {
    const timers = heldTimers();
    const { port, pending, open, secured } = await startTerminating(fakeSource(credentialsOf(leaf)), { timers });
    const hello = await clientHello();
    const octets: Buffer[] = [
      Buffer.alloc(0),
      hello.subarray(0, 1),
      hello.subarray(0, 5),
      hello.subarray(0, hello.length >> 1),
      hello,
      Buffer.concat([hello, Buffer.from([20, 3, 3, 0, 1, 1])]),
      Buffer.concat([hello, Buffer.from("garbage garbage garbage")]),
      Buffer.from([0x16, 3, 1, 0, 4, 1, 2, 3, 4]),
      Buffer.from([0x80, 0x2e, 1, 3, 1]),
      Buffer.from("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    ];
    const ends = ["end", "destroy", "resetAndDestroy"] as const;
    for (let i = 0; i < 120; i++) {
      const socket = connectTcp({ port, host: "127.0.0.1" });
      onTestFinished(() => void socket.destroy());
      socket.on("error", () => {});
      const end = ends[i % ends.length] as (typeof ends)[number];
      socket.on("connect", () => {
        socket.write(octets[i % octets.length] as Buffer);
        if (i % 2 === 0) setImmediate(() => socket[end]());
        else socket[end]();
      });
    }
    // Some were cut half-way and wait for the rest: their time is over, too.
    await until(() => {
      timers.run(5_000);
      timers.run(1_000);
      return pending() === 0 && open.size === 0;
    });
    expect(secured).toHaveLength(0);
    await until(() => timers.waiting === 0);
    await connectTls(port, { ca });
  });

  it("do not stand in the way of the others", async () => {
    const { port, pending } = await startTerminating(fakeSource(credentialsOf(leaf)));
    for (let i = 0; i < 50; i++) {
      const socket = connectTcp({ port, host: "127.0.0.1" });
      socket.on("error", () => {});
      onTestFinished(() => void socket.destroy());
    }
    await until(() => pending() === 50);
    await connectTls(port, { ca });
    await until(() => pending() === 50);
  });
});

/** By TLS 1.2 the ticket is part of the handshake, by 1.3 it comes behind it. */
async function sessionOf(client: TLSSocket): Promise<Buffer> {
  const session = client.getProtocol() === "TLSv1.2" ? client.getSession() : undefined;
  if (session !== undefined) return session;
  client.resume();
  return new Promise((resolve) => client.once("session", resolve));
}

/** The first flight of a TLS client, taken off the wire. */
async function clientHello(): Promise<Buffer> {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (octets) => {
        resolve(octets);
        socket.destroy();
        server.close();
      });
    });
    server.listen(0, "127.0.0.1", () => {
      connectTls((server.address() as { port: number }).port).catch(() => {});
    });
  });
}
