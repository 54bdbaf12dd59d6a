import gateway from "fast-gateway";
import { agentOptions, nextEndpoint, port } from "./setup.mjs";

const server = gateway({
  routes: [
    {
      prefix: "/api",
      prefixRewrite: "/api",
      target: `http://${nextEndpoint()}`,
      proxyConfig: agentOptions,
      proxyHandler: (request, response, url, proxy, options) =>
        proxy(request, response, url, { ...options, base: `http://${nextEndpoint()}` }),
    },
  ],
});

await server.start(port, "127.0.0.1");
