/** A ClientHello as it goes on the wire, made by hand so that each part of it can be wrong. */
export interface HelloParts {
  readonly serverName?: string | undefined;
  readonly extensions?: readonly (readonly [type: number, content: Buffer])[] | undefined;
  readonly sessionId?: number;
  readonly suites?: Buffer;
  readonly compression?: Buffer;
  readonly noExtensions?: boolean;
  readonly behind?: Buffer;
}

export function vector(lengthOctets: number, content: Buffer): Buffer {
  const length = Buffer.alloc(lengthOctets);
  length.writeUIntBE(content.length, 0, lengthOctets);
  return Buffer.concat([length, content]);
}

export function serverNameExtension(...names: readonly string[]): readonly [number, Buffer] {
  const list = names.map((name) => Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name, "latin1"))]));
  return [0, vector(2, Buffer.concat(list))];
}

/** The handshake message. */
export function helloMessage(parts: HelloParts = {}): Buffer {
  const { serverName, suites = Buffer.from([0x13, 0x01]), compression = Buffer.from([0]), sessionId = 32 } = parts;
  const named = serverName === undefined ? [] : [serverNameExtension(serverName)];
  const others: (readonly [number, Buffer])[] = [
    [43, Buffer.from([2, 3, 4])],
    [16, vector(2, vector(1, Buffer.from("h2")))],
  ];
  const extensions = (parts.extensions ?? [...others, ...named]).map(([type, content]) =>
    Buffer.concat([Buffer.from([type >> 8, type & 0xff]), vector(2, content)]),
  );
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(sessionId, 1)),
    vector(2, suites),
    vector(1, compression),
    parts.noExtensions ? Buffer.alloc(0) : vector(2, Buffer.concat(extensions)),
    parts.behind ?? Buffer.alloc(0),
  ]);
  return Buffer.concat([Buffer.from([1]), vector(3, body)]);
}

/** A message in records of at most `size` octets. */
export function inRecords(message: Buffer, size = 16_384): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    records.push(Buffer.from([22, 3, 1]), vector(2, message.subarray(at, at + size)));
  }
  return Buffer.concat(records);
}
