// Bytes passed through on node:net, nothing parsed: what no HTTP gateway written on Node's sockets can go below.
// One connection to an endpoint for each client's; the shared read buffer is copied because a write may outlive it.
import { connect, createServer } from "node:net";
import { nextEndpoint, port } from "./setup.mjs";

const readBuffer = Buffer.allocUnsafe(64 * 1024);

function open(client) {
  const [host, endpointPort] = nextEndpoint().split(":");
  const endpoint = connect({
    host,
    port: Number(endpointPort),
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback: (size, buffer) => {
        client.write(Buffer.from(buffer.subarray(0, size)));
        if (client.writableLength > 1024 * 1024) pauseUntilDrained(client, endpoint);
        return true;
      },
    },
  });
  client.on("data", (chunk) => endpoint.write(chunk));
  for (const [side, other] of [
    [client, endpoint],
    [endpoint, client],
  ]) {
    side.on("end", () => other.end());
    side.on("error", () => other.destroy());
    side.on("close", () => other.destroy());
  }
}

function pauseUntilDrained(client, endpoint) {
  endpoint.pause();
  client.once("drain", () => endpoint.resume());
}

createServer({ noDelay: true }, open).listen(port, "127.0.0.1", 4096);
