// A service that says which instance answered. `?ms=200` makes it take that long, `?status=503` answers with that.
import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 3000);
const name = process.env.NAME ?? "api";
let answered = 0;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const work = pathname === "/healthz" ? 0 : Math.min(Number(searchParams.get("ms") ?? 5) || 0, 10_000);
  const status = Number(searchParams.get("status") ?? 200);
  request.resume();
  setTimeout(() => {
    answered++;
    const text = `${JSON.stringify({ answeredBy: `${name}:${port}`, answered, path: pathname })}\n`;
    const known = status >= 200 && status <= 599 && status !== 204 && status !== 304;
    response.writeHead(known ? status : 400, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  }, work);
});

server.listen(port, "127.0.0.1", () => console.log(`${name}:${port} listens`));

// The gateway sends SIGTERM: finish the open requests, then end.
process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
