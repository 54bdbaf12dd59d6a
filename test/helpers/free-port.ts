import { createServer } from "node:net";

/** Above those that `processes/free-ports.ts` tries first. */
const LOWEST = 22_100;
/** Below the range that systems take ports from by themselves: whoever asks for port 0 meanwhile cannot get this one. */
const HIGHEST = 32_000;

/** A port that nothing listens on, and that nobody gets by chance who has not asked here. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await isFree(port, "::")) && (await isFree(port, "127.0.0.1"))) return port;
  }
}

/** A machine without IPv6 has nobody there either. */
function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "EADDRINUSE" && code !== "EACCES"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
