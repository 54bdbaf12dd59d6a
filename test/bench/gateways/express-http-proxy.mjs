import { createServer } from "node:http";
import express from "express";
import proxy from "express-http-proxy";
import { agent, nextEndpoint, port } from "./setup.mjs";

const app = express();
app.disable("x-powered-by");
app.use(
  proxy(() => `http://${nextEndpoint()}`, {
    memoizeHost: false,
    // Bodies go through as a stream instead of being collected first: the cheaper of its two ways.
    parseReqBody: false,
    proxyReqOptDecorator: (options) => {
      options.agent = agent;
      return options;
    },
  }),
);

createServer(app).listen(port, "127.0.0.1", 4096);
