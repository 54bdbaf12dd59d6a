import {
  type Client,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  makeGenericClientConstructor,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type StatusObject,
} from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { TestCertificate } from "../../helpers/certificates.ts";

/** Every message of these tests. */
export interface Message {
  readonly text: string;
  readonly from?: number;
}

const write = (value: Message): Buffer => Buffer.from(JSON.stringify(value));
const read = (bytes: Buffer): Message => JSON.parse(bytes.toString("utf8")) as Message;

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/shop.Shop/${name}`,
    requestStream,
    responseStream,
    requestSerialize: write,
    requestDeserialize: read,
    responseSerialize: write,
    responseDeserialize: read,
  };
}

/** One method of each kind; messages are JSON, so that no compiler of schemas is needed. */
const SHOP = {
  ask: method("Ask", false, false),
  list: method("List", false, true),
  gather: method("Gather", true, false),
  chat: method("Chat", true, true),
} satisfies ServiceDefinition;

export interface ShopHandlers {
  readonly ask: handleUnaryCall<Message, Message>;
  readonly list: handleServerStreamingCall<Message, Message>;
  readonly gather: handleClientStreamingCall<Message, Message>;
  readonly chat: handleBidiStreamingCall<Message, Message>;
}

export interface ShopServer {
  readonly port: number;
  /** "http://127.0.0.1:12345" */
  readonly url: string;
  readonly server: Server;
}

/** A gRPC server on a free loopback port. What is not given answers simply; `from` is its port. */
export async function startShop(
  handlers: Partial<ShopHandlers> = {},
  certificate?: TestCertificate,
): Promise<ShopServer> {
  const server = new Server({ "grpc.max_receive_message_length": 16 * 1024 * 1024 });
  let from = 0;
  const simple: ShopHandlers = {
    ask: ({ request }, answer) => answer(null, { text: `hello ${request.text}`, from }),
    list: (call) => {
      for (let i = 0; i < 5; i++) call.write({ text: `${call.request.text} ${i}`, from });
      call.end();
    },
    gather: (call, answer) => {
      const texts: string[] = [];
      call.on("data", ({ text }: Message) => texts.push(text));
      call.on("end", () => answer(null, { text: texts.join(","), from }));
    },
    chat: (call) => {
      call.on("data", ({ text }: Message) => call.write({ text: text.toUpperCase(), from }));
      call.on("end", () => call.end());
    },
  };
  server.addService(SHOP, { ...simple, ...handlers });
  from = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", serverCredentials(certificate), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { port: from, url: `${certificate ? "https" : "http"}://127.0.0.1:${from}`, server };
}

function serverCredentials(certificate: TestCertificate | undefined): ServerCredentials {
  if (certificate === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(certificate.cert), private_key: Buffer.from(certificate.key) };
  return ServerCredentials.createSsl(null, [pair]);
}

const ShopClient = makeGenericClientConstructor(SHOP, "Shop");

/** Calls by name, as a generated client would have them. */
export type ShopClient = Client & Record<keyof typeof SHOP, (...args: never[]) => unknown>;

/** A client to the port of a gateway, closed when the test ends. With `ca` it speaks TLS, and believes that one. */
export function connectShop(port: number, ca?: string): ShopClient {
  const security = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
  const client = new ShopClient(`127.0.0.1:${port}`, security, {
    "grpc.enable_retries": 0,
    "grpc.max_receive_message_length": 16 * 1024 * 1024,
  });
  onTestFinished(() => client.close());
  return client as unknown as ShopClient;
}

/** How a call ended: all that came, and the status with its trailing metadata. */
export interface CallEnd {
  readonly messages: Message[];
  readonly status: StatusObject;
  readonly metadata: Metadata;
}

type Readable = NodeJS.EventEmitter & { cancel(): void };

/** Waits for the end of a call that streams its answer. */
export function endOf(call: unknown): Promise<CallEnd> {
  return new Promise((resolve) => {
    const messages: Message[] = [];
    let metadata = new Metadata();
    const stream = call as Readable;
    stream.on("metadata", (initial: Metadata) => {
      metadata = initial;
    });
    stream.on("data", (message: Message) => messages.push(message));
    // The status says it all; without a listener the error would be thrown.
    stream.on("error", () => {});
    stream.on("status", (status: StatusObject) => resolve({ messages, status, metadata }));
  });
}

/** Makes a call with one answer; `start` is given the callback. */
export function single(start: (done: (error: unknown, message?: Message) => void) => unknown): Promise<CallEnd> {
  return new Promise((resolve) => {
    const messages: Message[] = [];
    let metadata = new Metadata();
    const call = start((_error, message) => {
      if (message) messages.push(message);
    }) as Readable;
    call.on("metadata", (initial: Metadata) => {
      metadata = initial;
    });
    call.on("status", (status: StatusObject) => resolve({ messages, status, metadata }));
  });
}
