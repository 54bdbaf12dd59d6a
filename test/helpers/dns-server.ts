import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { onTestFinished } from "vitest";

export interface TestRecords {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly SRV?: readonly {
    readonly priority?: number;
    readonly weight?: number;
    readonly port: number;
    readonly target: string;
  }[];
}

export interface TestDnsServer {
  /** As `server` of a config has it. */
  readonly address: string;
  /** By name, in small letters. A name that is not there is NXDOMAIN; a type that a name does not have is an empty answer. */
  readonly zone: Map<string, TestRecords>;
  /** In seconds, of all records. */
  ttl: number;
  /** What to do instead of answering: a response code alone (2: SERVFAIL), or nothing at all. */
  fault: number | "silent" | undefined;
  /** "A orders.test", in the order in which they came. */
  readonly questions: string[];
}

const TYPES: Readonly<Record<number, keyof TestRecords>> = { 1: "A", 28: "AAAA", 33: "SRV" };

/** A DNS server (RFC 1035, UDP alone) on a free loopback port, closed when the test ends. */
export async function startDnsServer(zone: Readonly<Record<string, TestRecords>> = {}): Promise<TestDnsServer> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  const server: TestDnsServer = {
    address: `127.0.0.1:${socket.address().port}`,
    zone: new Map(Object.entries(zone)),
    ttl: 1,
    fault: undefined,
    questions: [],
  };
  socket.on("message", (query, { port, address }) => {
    const { name, end } = readName(query, 12);
    const type = TYPES[query.readUInt16BE(end)];
    server.questions.push(`${type ?? query.readUInt16BE(end)} ${name}`);
    if (server.fault === "silent") return;
    const records = server.zone.get(name.toLowerCase());
    const code = server.fault ?? (records === undefined ? 3 : 0);
    const answers = code === 0 && type !== undefined ? (records?.[type] ?? []).map((each) => dataOf(type, each)) : [];
    socket.send(response(query, end + 4, code, type, answers, server.ttl), port, address);
  });
  return server;
}

function readName(message: Buffer, at: number): { name: string; end: number } {
  const labels: string[] = [];
  while (message[at] !== 0) {
    const length = message[at] ?? 0;
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

function response(
  query: Buffer,
  questionEnd: number,
  code: number,
  type: keyof TestRecords | undefined,
  answers: readonly Buffer[],
  ttl: number,
): Buffer {
  const head = Buffer.from(query.subarray(0, questionEnd));
  head.writeUInt16BE(0x8180 | code, 2);
  [1, answers.length, 0, 0].forEach((count, i) => head.writeUInt16BE(count, 4 + 2 * i));
  const number = Number(Object.entries(TYPES).find(([, each]) => each === type)?.[0] ?? 0);
  const records = answers.map((data) => {
    const fixed = Buffer.alloc(12);
    // The name is the question's: a pointer to where that begins.
    fixed.writeUInt16BE(0xc00c, 0);
    fixed.writeUInt16BE(number, 2);
    fixed.writeUInt16BE(1, 4);
    fixed.writeUInt32BE(ttl, 6);
    fixed.writeUInt16BE(data.length, 10);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([head, ...records]);
}

function dataOf(type: keyof TestRecords, record: NonNullable<TestRecords[keyof TestRecords]>[number]): Buffer {
  if (typeof record === "string") return type === "A" ? Buffer.from(record.split(".").map(Number)) : v6(record);
  const { priority = 0, weight = 0, port, target } = record;
  const fixed = Buffer.alloc(6);
  [priority, weight, port].forEach((each, i) => fixed.writeUInt16BE(each, 2 * i));
  return Buffer.concat([fixed, writeName(target)]);
}

function writeName(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function v6(address: string): Buffer {
  if (!isIPv6(address)) throw new Error(`not an IPv6 address: ${address}`);
  const [before = "", after] = address.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((each) => Number.parseInt(each, 16));
  const [left, right] = [groups(before), groups(after ?? "")];
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
