import type { FinishedExchange } from "../../src/exchange/finished-exchange.ts";

/** An exchange that went well, with what a test wants to be different. */
export function finished(changes: Partial<FinishedExchange> = {}): FinishedExchange {
  return {
    requestId: "5f3c-1",
    method: "GET",
    path: "/users/7",
    status: 200,
    routeName: "users",
    serviceName: "users",
    endpointId: "http://localhost:4001",
    attempts: 1,
    clientIp: "127.0.0.1",
    consumer: undefined,
    internal: undefined,
    code: undefined,
    startedAt: Date.UTC(2026, 10, 21, 12, 3, 7, 45),
    durationMs: 3.2,
    endpointMs: 2.9,
    begunAt: 1000,
    tryMs: 2.9,
    responseMs: 2.4,
    othersInFlight: 0,
    hashKey: undefined,
    sticky: false,
    requestBytes: 0,
    responseBytes: 512,
    requestHeader: () => undefined,
    ...changes,
  };
}
