import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";

const PROGRAM = process.env["CHROMIUM"] ?? "chromium";

/** Whether there is a Chromium to test with. */
export function hasChromium(): boolean {
  return spawnSync(PROGRAM, ["--version"], { stdio: "ignore" }).status === 0;
}

/** One tab of a real browser. */
export interface Tab {
  goTo(url: string): Promise<void>;
  /** The value of a JavaScript expression in the page that is shown. */
  evaluate(expression: string): Promise<unknown>;
  /** Any method of the DevTools protocol. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** What the browser has told by itself, of what `send` has enabled. */
  readonly events: readonly BrowserEvent[];
  /** Resolves as soon as the expression is true of the page that is shown then. */
  until(expression: string): Promise<void>;
}

/** An event of the DevTools protocol. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** Starts a headless Chromium with a profile of its own; it ends with the test. */
export async function openTab(): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), "gatewayctl-chromium-"));
  const child = spawn(
    PROGRAM,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Chromium ended: ${text}`)));
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const events: BrowserEvent[] = [];
  return attach(await connect(url, events), events);
}

type Call = (method: string, params?: object, sessionId?: string) => Promise<Record<string, unknown>>;

/** Speaks the DevTools protocol. */
async function connect(url: string, events: BrowserEvent[]): Promise<Call> {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const waiting = new Map<number, (answer: { result?: Record<string, unknown>; error?: object }) => void>();
  socket.on("message", (data) => {
    const message = JSON.parse((data as Buffer).toString("utf8")) as {
      id?: number;
      result?: Record<string, unknown>;
      error?: object;
      method?: string;
      params?: Record<string, unknown>;
    };
    if (message.method !== undefined) events.push({ method: message.method, params: message.params ?? {} });
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  let count = 0;
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
}

async function attach(call: Call, events: readonly BrowserEvent[]): Promise<Tab> {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = await call("Runtime.evaluate", { expression, returnByValue: true }, String(sessionId));
    if (answer["exceptionDetails"] !== undefined) throw new Error(JSON.stringify(answer["exceptionDetails"]));
    return (answer["result"] as { value?: unknown }).value;
  };
  return {
    evaluate,
    send: (method, params) => call(method, params, String(sessionId)),
    events,
    goTo: async (url) => void (await call("Page.navigate", { url }, String(sessionId))),
    until: (expression) =>
      vi.waitFor(
        async () => {
          // While one page takes the place of another there is none to ask.
          if ((await evaluate(expression)) !== true) {
            throw new Error(
              `not true: ${expression}\n${String(await evaluate("location.href + document.body?.innerText"))}`,
            );
          }
        },
        { timeout: 15_000, interval: 25 },
      ),
  };
}
