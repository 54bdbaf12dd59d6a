import { createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { HELLO_LIMIT, readClientHello } from "../../src/stream/client-hello.ts";
import { type HelloParts, helloMessage, inRecords, serverNameExtension, vector } from "./client-hello.ts";
import { fc } from "../helpers/property.ts";

const hello = (parts?: HelloParts, size?: number): Buffer => inRecords(helloMessage(parts), size);
const complete = (serverName: string | undefined) => ({ state: "complete", serverName });

describe("a ClientHello", () => {
  it.each([
    ["a server name", hello({ serverName: "pg.localhost" }), "pg.localhost"],
    ["a server name in upper case", hello({ serverName: "PG.LocalHost" }), "pg.localhost"],
    ["none", hello(), undefined],
    ["no extensions at all, as of old", hello({ noExtensions: true }), undefined],
    ["several records", hello({ serverName: "db.test" }, 10), "db.test"],
    ["a record for every octet", hello({ serverName: "db.test" }, 1), "db.test"],
    [
      "something behind its record",
      Buffer.concat([hello({ serverName: "a.test" }), Buffer.from([23, 3, 3, 0])]),
      "a.test",
    ],
    ["an empty session id", hello({ serverName: "a.test", sessionId: 0 }), "a.test"],
  ])("with %s is read", (_name, octets, serverName) => {
    expect(readClientHello(octets)).toEqual(complete(serverName));
  });

  it.each([
    ["nothing", 0],
    ["a part of a record's head", 3],
    ["a record's head", 5],
    ["all but the last octet", -1],
  ])("of which there is %s is waited for", (_name, end) => {
    expect(readClientHello(hello({ serverName: "a.test" }).subarray(0, end))).toEqual({ state: "incomplete" });
  });

  const long = "a".repeat(64);
  it.each([
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n"), "it is not TLS"],
    ["another version", Buffer.from([22, 2, 0]), "its version is none of TLS"],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0]), "a record has a length that none has"],
    ["a record that is too long", Buffer.from([22, 3, 1, 0x40, 1]), "a record has a length that none has"],
    ["another message", inRecords(Buffer.from([2, 0, 0, 1, 0])), "it does not begin with a ClientHello"],
    [
      "another record in its middle",
      Buffer.concat([hello({}, 10).subarray(0, 15), Buffer.from([23, 3, 3])]),
      "another record is in its middle",
    ],
    ["more than may be", inRecords(Buffer.concat([Buffer.from([1, 0, 0x50, 0]), Buffer.alloc(100)])), "it is too long"],
    [
      "another message behind it in its record",
      inRecords(Buffer.concat([helloMessage(), Buffer.from([1])])),
      "another message follows in its record",
    ],
    ["a session id that is too long", hello({ sessionId: 33 }), "its session id is too long"],
    ["no cipher suites", hello({ suites: Buffer.alloc(0) }), "its cipher suites are none"],
    ["half a cipher suite", hello({ suites: Buffer.alloc(3) }), "its cipher suites are none"],
    ["no compression method", hello({ compression: Buffer.alloc(0) }), "it has no compression method"],
    ["octets behind its extensions", hello({ behind: Buffer.alloc(1) }), "something follows its extensions"],
    [
      "an extension twice",
      hello({
        extensions: [
          [5, Buffer.alloc(0)],
          [5, Buffer.alloc(0)],
        ],
      }),
      "an extension comes twice",
    ],
    [
      "two server names",
      hello({ extensions: [serverNameExtension("a.test", "b.test")] }),
      "it has several server names",
    ],
    [
      "a server name of another kind",
      hello({ extensions: [[0, vector(2, Buffer.from([1, 0, 1, 65]))]] }),
      "its server name is of no known kind",
    ],
    [
      "octets behind its server names",
      hello({ extensions: [[0, Buffer.concat([serverNameExtension("a")[1], Buffer.alloc(1)])]] }),
      "something follows its server names",
    ],
    [
      "an empty list of server names",
      hello({ extensions: [[0, vector(2, Buffer.alloc(0))]] }),
      "a length in it is more than there is",
    ],
    ["an empty server name", hello({ serverName: "" }), "its server name is none"],
    ["a name with a dot at its end", hello({ serverName: "a.test." }), "its server name is none"],
    ["a name with a NUL", hello({ serverName: "a.test\0.evil" }), "its server name is none"],
    ["a name beyond ASCII", hello({ serverName: "ä.test" }), "its server name is none"],
    ["a name that is too long", hello({ serverName: `${long}.${long}.${long}.${long}` }), "its server name is none"],
    [
      "an extension that says it is longer than it is",
      hello({ extensions: [[0, vector(2, Buffer.from([0, 0, 9, 65]))]] }),
      "a length in it is more than there is",
    ],
  ])("with %s is refused", (_name, octets, fault) => {
    expect(readClientHello(octets)).toEqual({ state: "malformed", fault });
  });

  it("is refused once more has come than may be, though it is not complete", () => {
    const endless = inRecords(Buffer.concat([Buffer.from([1, 0, 0x3f, 0xf0]), Buffer.alloc(16_000)]), 1);
    expect(readClientHello(endless.subarray(0, HELLO_LIMIT - 1)).state).toBe("incomplete");
    expect(readClientHello(endless.subarray(0, HELLO_LIMIT)).state).toBe("malformed");
  });

  it("is read alike, however it is cut into records and however much of it is there", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    fc.assert(
      fc.property(
        fc.option(name, { nil: undefined }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        (serverName, size, cut) => {
          const octets = hello({ serverName }, size);
          expect(readClientHello(octets)).toEqual(complete(serverName));
          expect(readClientHello(octets.subarray(0, cut % octets.length))).toEqual({ state: "incomplete" });
        },
      ),
    );
  });

  it("of any octets, or with any octet changed, is read, waited for or refused: nothing throws", () => {
    const states = new Set<string>();
    const look = (octets: Buffer): void => {
      const reading = readClientHello(octets);
      states.add(reading.state);
      if (reading.state === "complete" && reading.serverName !== undefined) {
        expect(reading.serverName).toMatch(/^[a-z0-9_.-]+$/);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => look(Buffer.from(octets))));
    const sound = hello({ serverName: "pg.localhost" }, 60);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const octets = Buffer.from(sound);
          for (const [at, value] of changes) octets[at] = value;
          look(octets);
        },
      ),
      { numRuns: 2_000 },
    );
    expect([...states].sort()).toEqual(["complete", "incomplete", "malformed"]);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("of Node by %s is read", async (version) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const first = new Promise<Buffer>((resolve) => server.once("connection", (socket) => socket.once("data", resolve)));
    const { port } = server.address() as { port: number };
    const options = { minVersion: version, maxVersion: version, ALPNProtocols: ["h2", "http/1.1"] };
    const client = connectTls({ host: "127.0.0.1", port, servername: "shop.localhost", ...options });
    client.on("error", () => {});
    onTestFinished(() => void client.destroy());
    expect(readClientHello(await first)).toEqual(complete("shop.localhost"));
  });
});
