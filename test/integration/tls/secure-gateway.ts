import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request, type RequestOptions } from "node:https";
import { join } from "node:path";
import type { CertificateEvent } from "../../../src/gateway/tls.ts";
import type { GatewayOptions } from "../../../src/gateway/gateway.ts";
import { startGateway, type TestGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

export interface SecureGateway extends TestGateway {
  /** PEM of the local CA, as it stands on disk. */
  ca(): string;
  /** The file of it, for other programs. */
  readonly caFile: string;
  readonly state: string;
  readonly events: CertificateEvent[];
}

/** A gateway whose listeners are `[{ https: 0 }]` if the config has no others, with a state directory of its own. */
export async function startSecureGateway(
  raw: Readonly<Record<string, unknown>>,
  options: GatewayOptions = {},
): Promise<SecureGateway> {
  const state = tempDir();
  const caFile = join(state, "local-ca", "ca.pem");
  const events: CertificateEvent[] = [];
  const started = await startGateway(
    { listeners: [{ https: 0 }], ...raw },
    { stateDirectory: () => state, onCertificates: (event) => events.push(event), ...options },
  );
  return { ...started, ca: () => readFileSync(caFile, "utf8"), caFile, state, events };
}

export interface SecureResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request by HTTPS, each on a connection of its own. */
export function send(port: number, options: RequestOptions & { body?: Buffer } = {}): Promise<SecureResponse> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "localhost", path: "/", agent: false, ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
