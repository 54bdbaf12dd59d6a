import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type ReadMessage, readMessages } from "./read-messages.ts";

export interface RecordingEndpoint {
  readonly url: string;
  /** Octets as they came, one text a connection. */
  readonly connections: readonly string[];
  /** Every whole message, over all connections. */
  messages(): ReadMessage[];
  /** What came and is not a whole message, over all connections. */
  leftOver(): string;
}

/**
 * An endpoint that takes whatever comes, keeps every octet, and answers each message that it makes out.
 * @param answer the octets of an answer
 */
export async function startRecordingEndpoint(
  answer: (message: ReadMessage) => string = () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
): Promise<RecordingEndpoint> {
  const connections: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = connections.push("") - 1;
    let answered = 0;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      connections[index] += chunk.toString("latin1");
      const { messages } = readMessages(connections[index] as string);
      for (; answered < messages.length; answered++) socket.write(answer(messages[answered] as ReadMessage), "latin1");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    messages: () => connections.flatMap((octets) => readMessages(octets).messages),
    leftOver: () => connections.map((octets) => readMessages(octets).rest).join(""),
  };
}
