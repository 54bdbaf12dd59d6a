/** What the endpoint answers to a small request. */
export const smallBody = '{"id":7,"name":"Ada Lovelace","email":"ada@example.com","roles":["customer"],"active":true}';

/**
 * The kinds of load. `responseBytes` is what each answer must at least carry: a gateway that answers less is not doing
 * the work. `bodyBytes` is sent with each request; `connection: "close"` opens a new connection for every request.
 */
export const loads = {
  small: { method: "GET", path: "/api/small", responseBytes: smallBody.length, bodyBytes: 0, connection: "keep" },
  "16k": { method: "GET", path: "/api/files/16k", responseBytes: 16 * 1024, bodyBytes: 0, connection: "keep" },
  "1m": { method: "GET", path: "/api/files/1m", responseBytes: 1024 * 1024, bodyBytes: 0, connection: "keep" },
  post: { method: "POST", path: "/api/small", responseBytes: smallBody.length, bodyBytes: 1024, connection: "keep" },
  close: { method: "GET", path: "/api/small", responseBytes: smallBody.length, bodyBytes: 0, connection: "close" },
};
