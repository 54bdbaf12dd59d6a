// An open-loop HTTP/1.1 client: requests are sent when they are due, at a fixed rate, over connections that are kept.
// Request i is due i / rate seconds after the start and belongs to connection i mod N. Should that one still wait for an
// answer, the request waits its turn, and its time counts from when it was due all the same: a gateway that stalls is
// charged for every request that it keeps waiting, not only for those that a polite client would still have sent
// ("coordinated omission", Gil Tene). Prints one line: RESULT and JSON.
import { connect } from "node:net";

const plan = JSON.parse(process.argv[2] ?? "{}");
const { port, path, responseBytes, connections: count, rate, seconds, warmUpSeconds } = plan;

const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
const interval = 1000 / rate;
const warmUpRequests = Math.round(rate * warmUpSeconds);
const total = warmUpRequests + Math.round(rate * seconds);
/** How long, after the last request was due, answers are waited for, in milliseconds. */
const patience = 5000;
/** Connections opened at the same time. */
const opening = 20;

const times = new Float64Array(total - warmUpRequests);
const lateness = new Float64Array(total - warmUpRequests);
const errors = { connect: 0, read: 0, status: 0, timeout: 0 };
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);
const clients = [];

let startedAt = 0;
let next = 0;
let measured = 0;
let sentInTime = 0;
let finished = 0;

class Client {
  /** The request that is or will be under way; its turn comes every `count` requests. */
  index;
  /** How many requests are due, the one under way included. */
  due = 0;
  text = "";

  constructor(index) {
    this.index = index;
  }

  open(onOpen) {
    const onread = { buffer: readBuffer, callback: (octets) => this.read(octets) };
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread }, onOpen);
    this.socket.once("error", () => (errors.connect += startedAt === 0 ? 1 : 0));
    this.socket.once("close", () => {
      if (finished < total) errors.read += 1;
    });
  }

  /** A request has become due. */
  add(now) {
    this.due += 1;
    if (this.due > 1) return;
    if (this.index >= warmUpRequests) lateness[sentInTime++] = now - (startedAt + this.index * interval);
    this.socket.write(request, "latin1");
  }

  read(octets) {
    const text = this.text + readBuffer.latin1Slice(0, octets);
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0 || text.length < headEnd + 4 + responseBytes) {
      this.text = text;
      return true;
    }
    this.text = "";
    this.answered(text.startsWith("HTTP/1.1 200 "));
    return true;
  }

  answered(isRight) {
    const now = performance.now();
    if (!isRight) errors.status += 1;
    if (this.index >= warmUpRequests) times[measured++] = now - (startedAt + this.index * interval);
    finished += 1;
    this.index += count;
    this.due -= 1;
    if (this.due > 0) this.socket.write(request, "latin1");
    // Timers are a millisecond coarse; between them, answers are the clock.
    sendDue(now);
  }
}

function sendDue(now) {
  while (next < total && startedAt + next * interval <= now) clients[next++ % count].add(now);
}

function tick() {
  sendDue(performance.now());
  if (finished === total) return report();
  if (performance.now() > startedAt + total * interval + patience) {
    errors.timeout += total - finished;
    return report();
  }
  setTimeout(tick, 1);
}

function report() {
  const sorted = times.subarray(0, measured).toSorted();
  const at = (share) => sorted[Math.min(measured - 1, Math.ceil(share * measured) - 1)];
  const late = lateness.subarray(0, sentInTime).toSorted()[Math.max(0, Math.ceil(0.99 * sentInTime) - 1)];
  const quantiles = { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
  console.log(`RESULT ${JSON.stringify({ requests: measured, warmUpRequests, ...quantiles, late, errors })}`);
  process.exit();
}

/** Opens a few connections at a time: how a gateway takes them all at once is not the question here. */
function openNext() {
  if (clients.length === count) return;
  const client = new Client(clients.length);
  clients.push(client);
  client.open(() => {
    opened += 1;
    if (opened < count) return openNext();
    startedAt = performance.now();
    tick();
  });
}

let opened = 0;
for (let i = 0; i < opening; i += 1) openNext();
setTimeout(() => {
  if (startedAt > 0) return;
  errors.connect += count - opened;
  report();
}, patience).unref();
