// What the sample services have in common: an HTTP server on PORT that answers JSON and stops when it is told to.
import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 3000);

/** Starts a server. `answer(request, body)` returns [status, value]. */
export function listen(name, answer) {
  const instance = `${name}:${port}`;
  const server = createServer(async (request, response) => {
    try {
      const body = await read(request);
      const [status, value] = request.url === "/healthz" ? [200, { healthy: true }] : await answer(request, body);
      send(response, status, { ...value, answeredBy: instance });
    } catch (error) {
      send(response, 400, { error: error.message, answeredBy: instance });
    }
  });
  server.listen(port, "127.0.0.1", () => console.log(`${instance} listens`));
  // The gateway sends SIGTERM: finish the open requests, then end.
  process.once("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

function send(response, status, value) {
  if (response.headersSent) return;
  const text = typeof value.html === "string" ? value.html : `${JSON.stringify(value)}\n`;
  const type = typeof value.html === "string" ? "text/html; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

async function read(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 100_000) throw new Error("the body is too long");
  }
  return text;
}
