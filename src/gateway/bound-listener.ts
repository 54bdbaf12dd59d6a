import type { Listener } from "../http/schema.ts";

/** Where a listener really listens: port 0 of the config has become a port. */
export interface BoundListener {
  readonly kind: Listener["kind"];
  readonly hosts: readonly string[];
  readonly port: number;
  readonly url: string;
  /** Requests are not served, but sent over to the first https listener. */
  readonly redirect?: "https";
}

/** A listener that takes HTTP, by TLS or without. */
export type WebListener = Extract<Listener, { kind: "http" | "https" }>;

export function isWeb(listener: Listener): listener is WebListener {
  return listener.kind === "http" || listener.kind === "https";
}

/** Where a web listener sends its requests over to, if it does. */
export function redirectOf(listener: WebListener): { redirect: "https" } | undefined {
  return listener.kind === "http" && listener.redirect !== undefined ? { redirect: listener.redirect } : undefined;
}

/** What a client on this machine calls these addresses. */
export function listenerUrl(kind: Listener["kind"], hosts: readonly string[], port: number): string {
  return `${kind}://${urlHost(hosts)}:${port}`;
}

function urlHost(hosts: readonly string[]): string {
  if (hosts.includes("127.0.0.1") || hosts.includes("0.0.0.0") || hosts.includes("::")) return "localhost";
  const host = hosts[0] ?? "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
