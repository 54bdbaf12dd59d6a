import { createServer } from "node:http";
import httpProxy from "peer-http-proxy";
import { agent, nextEndpoint, port } from "./setup.mjs";

const proxy = httpProxy.createProxyServer({ agent });

// Without a listener http-proxy throws; the load counts the 502 as an error.
proxy.on("error", (_error, _request, response) => {
  if (response.headersSent) return response.destroy();
  response.writeHead(502).end();
});

createServer((request, response) => proxy.web(request, response, { target: `http://${nextEndpoint()}` })).listen(
  port,
  "127.0.0.1",
  4096,
);
