import { request } from "node:http";
import { onTestFinished } from "vitest";
import { readAdminToken } from "../../src/admin/admin-token.ts";
import { type Admin, startAdmin } from "../../src/admin/start-admin.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { createFakeSource, type FakeSource } from "./fake-source.ts";

export interface RunningAdmin {
  readonly admin: Admin;
  readonly source: FakeSource;
  readonly stateDirectory: string;
  readonly token: string;
}

/** A real admin server on a free port, which ends with the test. */
export async function runAdmin(
  stateDirectory = tempDir(),
  source = createFakeSource(),
  config = "/somewhere/gateway.config.yaml",
): Promise<RunningAdmin> {
  const admin = await startAdmin({ source, port: 0, stateDirectory, version: "0.0.0-test", config });
  if (admin === undefined) throw new Error("the admin API is off");
  onTestFinished(() => admin.close());
  return { admin, source, stateDirectory, token: readAdminToken(stateDirectory) ?? "" };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly host?: string;
}

/** One request, with exactly the fields given, Host included: `fetch` would not let it be forged. */
export function ask(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, host }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fields = { host: `127.0.0.1:${port}`, ...headers };
    const call = request(
      { host: host ?? "127.0.0.1", port, path, method, setHost: false, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) });
        });
      },
    );
    for (const [name, value] of Object.entries(fields)) call.setHeader(name, value);
    call.on("error", reject);
    call.end(body);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
