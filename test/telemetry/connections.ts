import type { FinishedConnection } from "../../src/exchange/finished-connection.ts";

/** A connection of layer 4 that is over, with some things as a test wants them. */
export function connection(changes: Partial<FinishedConnection> = {}): FinishedConnection {
  return {
    connectionId: "c-1",
    protocol: "tcp",
    port: 6432,
    serverName: undefined,
    serviceName: "postgres",
    endpointId: "tcp://localhost:5432",
    attempts: 1,
    clientIp: "127.0.0.1",
    clientPort: 50_123,
    outcome: "ok",
    code: undefined,
    reason: undefined,
    startedAt: Date.UTC(2026, 10, 21, 12, 3, 7),
    durationMs: 1_234.5678,
    requestBytes: 100,
    responseBytes: 2_000,
    ...changes,
  };
}
