// Sends as many MiB as it is asked for by the first thing that a client sends, then ends. `node pour.mjs PORT`.
import { createServer } from "node:net";

const block = Buffer.alloc(1024 * 1024, "x");

createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (asked) => {
    let left = Number(asked.toString());
    const pour = () => {
      for (; left > 0; left--) {
        if (socket.write(block)) continue;
        left--;
        return void socket.once("drain", pour);
      }
      socket.end();
    };
    pour();
  });
}).listen(Number(process.argv[2]), "127.0.0.1");
