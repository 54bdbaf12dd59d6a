import { connect } from "node:http2";
import { describe, expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { ask } from "../../helpers/wires.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

describe("an endpoint that answers while an HTTP/2 client still sends", () => {
  it("never gets another request in the middle of that body", async () => {
    // The answer goes out with the body's first octets; the client ends its body at about that time.
    const endpoint = await startWireEndpoint({ onHead: (_, socket) => void socket.write(ANSWER) });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const session = connect(`http://127.0.0.1:${port}`);
    const upload = (i: number): Promise<void> =>
      new Promise((resolve) => {
        const stream = session.request({ ":method": "POST", ":path": `/${i}` });
        stream.on("error", () => {});
        stream.on("close", () => resolve());
        stream.resume();
        stream.write("x".repeat(60_000 + (i % 10) * 1_000));
        // After nothing, a turn, or two: one of them is just when the answer is read.
        if (i % 3 === 0) stream.end("y");
        else if (i % 3 === 1) setImmediate(() => stream.end("y"));
        else setTimeout(() => stream.end("y"), 1);
      });
    for (let i = 0; i < 150; i++) {
      await upload(i);
      expect((await ask("HTTP/1.1", port, { path: `/after-${i}` })).status).toBe(200);
    }
    session.close();
    const after = endpoint.requests.filter(({ target }) => target.startsWith("/after-"));
    expect(after.map(({ target }) => target)).toEqual(Array.from({ length: 150 }, (_, i) => `/after-${i}`));
  });
});
