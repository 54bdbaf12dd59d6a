import { connect } from "node:net";

/** Connections that are opened at the same time. */
const opening = 50;
/** Connections from one address: Linux has some 28,000 local ports for one pair of addresses. */
const perAddress = 20_000;

/**
 * Opens connections, makes one request on each, and keeps them.
 *
 * @param {{ port: number, count: number, load: import("./measures/measure.mjs").Load }} plan
 * @returns {Promise<{ close: () => { refused: number, wrong: number, closed: number } }>} `close` ends them and says how
 *   many could not be opened, were answered wrongly, and had been closed by the gateway
 */
export async function openIdleConnections({ port, count, load }) {
  const text = `${load.method} ${load.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const sockets = [];
  const failures = { refused: 0, wrong: 0, closed: 0 };
  let begun = 0;
  const openAll = async () => {
    while (begun < count) {
      const where = { port, host: "127.0.0.1", ...from(Math.floor(begun / perAddress)) };
      begun += 1;
      const { socket, answer } = await ask(where, text, load.responseBytes);
      if (answer === undefined) failures.refused += 1;
      else if (!answer.startsWith("HTTP/1.1 200 ")) failures.wrong += 1;
      sockets.push(socket);
    }
  };
  await Promise.all(Array.from({ length: opening }, openAll));
  return {
    close() {
      failures.closed = sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length;
      failures.closed -= failures.refused;
      for (const socket of sockets) socket.destroy();
      return failures;
    },
  };
}

/** A socket that is bound before it is connected needs a port that nothing else has at all: only where there is no other. */
function from(block) {
  return block === 0 ? {} : { localAddress: `127.0.0.${1 + block}` };
}

/** Resolves with the answer, or without one when the connection ends before it. */
function ask(where, text, responseBytes) {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(where, () => socket.write(text, "latin1"));
    socket.setEncoding("latin1");
    socket.on("data", (part) => {
      answer += part;
      const headEnd = answer.indexOf("\r\n\r\n");
      if (headEnd >= 0 && answer.length >= headEnd + 4 + responseBytes) resolve({ socket, answer });
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve({ socket, answer: undefined }));
  });
}
