// A gateway in a few lines of node:http: what one writes when there is no gateway.
import { createServer, request } from "node:http";
import { agent, nextEndpoint, port } from "./setup.mjs";

const server = createServer((incoming, response) => {
  const [host, endpointPort] = nextEndpoint().split(":");
  const { method, url: path, headers } = incoming;
  const outgoing = request({ agent, host, port: Number(endpointPort), method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  // The load counts a 502 as an error.
  outgoing.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  incoming.pipe(outgoing);
});

// Connections stay open as long as nginx keeps them; the default is five seconds.
server.keepAliveTimeout = 75_000;
server.listen(port, "127.0.0.1", 4096);
