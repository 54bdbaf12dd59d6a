import { brotliDecompressSync, constants, gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { BodySink } from "../../../src/exchange/body-stage.ts";
import type { Coding } from "../../../src/policies/compress/coding.ts";
import { CompressionStage, WHOLE_LIMIT } from "../../../src/policies/compress/compression-stage.ts";
import { type Encoder, findEncoder } from "../../../src/policies/compress/encoders.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { fc } from "../../helpers/property.ts";

const decoders = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync } as const;
type Tested = keyof typeof decoders;
const TESTED = Object.keys(decoders) as Tested[];

/** A client: takes everything, unless told not to, and knows when it was flushed. */
class Client implements BodySink {
  parts: Buffer[] = [];
  calls: string[] = [];
  ended = false;
  failed: unknown;
  resumed = 0;
  takes = true;

  write(bytes: Buffer, start: number, end: number): boolean {
    if (this.ended) throw new Error("written after the end");
    const part = Buffer.from(bytes.subarray(start, end));
    this.parts.push(part);
    this.calls.push("write");
    return this.takes;
  }

  flush(): void {
    if (this.ended) throw new Error("flushed after the end");
    this.calls.push("flush");
  }

  end(): void {
    if (this.ended) throw new Error("ended twice");
    this.ended = true;
    this.calls.push("end");
  }

  get octets(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function start(coding: Coding, client = new Client(), watch?: (encoder: Encoder) => Encoder) {
  const encoder = findEncoder(coding) as Encoder;
  const counts = { input: { value: 0 }, output: { value: 0 } };
  const ends = {
    next: client,
    resume: () => void client.resumed++,
    fail: (error: unknown) => {
      client.failed = error;
    },
  };
  const stage = new CompressionStage(watch?.(encoder) ?? encoder, ends, counts);
  const give = (bytes: Buffer): boolean => {
    // The engine's buffer is only valid inside the call.
    const shared = Buffer.concat([Buffer.from("before"), bytes, Buffer.from("behind")]);
    const goOn = stage.write(shared, 6, 6 + bytes.length);
    shared.fill(0);
    return goOn;
  };
  return { stage, client, give, counts };
}

/** Encoders that say how often a stream is made and flushed. */
function watched() {
  const seen = { streams: 0, flushes: 0, wholes: 0, destroyed: 0 };
  const watch = (encoder: Encoder): Encoder => ({
    ...encoder,
    createStream: () => {
      seen.streams++;
      const stream = encoder.createStream();
      const { flush } = stream;
      stream.flush = (...args) => {
        seen.flushes++;
        flush.apply(stream, args);
      };
      stream.on("close", () => seen.destroyed++);
      return stream;
    },
    encode: (bytes) => {
      seen.wholes++;
      return encoder.encode(bytes);
    },
  });
  return { seen, watch };
}

/** What a client can read of what it has so far. */
function readable(coding: Tested, octets: Buffer): string {
  if (octets.length === 0) return "";
  const finishFlush = coding === "br" ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  return decoders[coding](octets, { finishFlush }).toString("latin1");
}

const text = (length: number): Buffer =>
  Buffer.from("the quick brown fox, again and again; ".repeat(length / 38 + 1)).subarray(0, length);
const noise = (length: number): Buffer =>
  Buffer.from(
    Uint32Array.from(
      { length: Math.ceil(length / 4) },
      (_, i) => Math.imul(i + 1, 2654435761) ^ Math.imul(i, 40503 * i),
    ).buffer,
    0,
    length,
  );

describe.each(TESTED)("a body coded in %s", (coding) => {
  it("comes in one piece, with its end, where it came whole in one read", () => {
    const { seen, watch } = watched();
    const { stage, client, give } = start(coding, undefined, watch);
    for (const part of [text(100), text(4000), text(1)]) expect(give(part)).toBe(true);
    expect(client.calls).toEqual([]);
    stage.end();
    stage.flush();
    expect(client.calls).toEqual(["write", "end"]);
    expect(decoders[coding](client.octets)).toEqual(Buffer.concat([text(100), text(4000), text(1)]));
    expect(seen).toEqual({ streams: 0, flushes: 0, wholes: 1, destroyed: 0 });
  });

  it("can be read so far, whenever all that one read brought was given", async () => {
    const { stage, client, give } = start(coding);
    let sent = "";
    for (let i = 0; i < 5; i++) {
      const event = `event ${i}, `;
      give(Buffer.from(event.slice(0, 3)));
      give(Buffer.from(event.slice(3)));
      sent += event;
      stage.flush();
      await until(() => readable(coding, client.octets) === sent);
      expect(client.calls.at(-1)).toBe("flush");
    }
    stage.end();
    await until(() => client.ended);
    expect(decoders[coding](client.octets).toString()).toBe(sent);
  });

  it("is the body again once decoded, however it was split and flushed", async () => {
    const part = fc.record({
      length: fc.nat({ max: 40_000 }),
      random: fc.boolean(),
      flush: fc.boolean(),
      turn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const { stage, client, give, counts } = start(coding);
        const given: Buffer[] = [];
        for (const { length, random, flush, turn } of parts) {
          const bytes = random ? noise(length) : text(length);
          given.push(bytes);
          give(bytes);
          if (flush) stage.flush();
          if (turn) await new Promise(setImmediate);
        }
        stage.end();
        await until(() => client.ended);
        const body = Buffer.concat(given);
        expect(decoders[coding](client.octets).equals(body)).toBe(true);
        expect(counts).toEqual({ input: { value: body.length }, output: { value: client.octets.length } });
      }),
      { numRuns: 40 },
    );
  });

  it("waits for a client that does not read, and holds no more than one read and what zlib holds", async () => {
    const { stage, client, give } = start(coding);
    client.takes = false;
    const given: Buffer[] = [];
    let goOn = true;
    for (let i = 0; i < 200; i++) {
      if (!goOn && client.resumed === 0) await pause(2);
      if (!goOn && client.resumed === 0) continue;
      client.resumed = 0;
      given.push(noise(64 * 1024));
      goOn = give(given.at(-1) as Buffer);
      stage.flush();
    }
    // 16 KiB wait on each side of zlib, and whole reads of 64 KiB are taken: far from the 12.5 MiB that were offered.
    expect(given.length).toBeLessThan(6);
    const before = client.octets.length;
    client.takes = true;
    stage.drained();
    await until(() => client.resumed > 0);
    expect(client.octets.length).toBeGreaterThan(before);
    stage.end();
    await until(() => client.ended);
    expect(decoders[coding](client.octets).equals(Buffer.concat(given))).toBe(true);
  });

  it("is let go of, also in the middle of coding, when the exchange is over", async () => {
    const { seen, watch } = watched();
    for (let i = 0; i < 20; i++) {
      const { stage, client, give } = start(coding, undefined, watch);
      give(noise(100_000));
      stage.flush();
      if (i % 2 === 0) await new Promise(setImmediate);
      stage.destroy();
      const calls = client.calls.length;
      stage.flush();
      stage.end();
      give(noise(10));
      await new Promise(setImmediate);
      expect([client.calls.length, client.failed]).toEqual([calls, undefined]);
    }
    await until(() => seen.destroyed === 20);
  });
});

describe("flushes", () => {
  it("do not come between the parts of one read, nor before the end in the same read", async () => {
    const { seen, watch } = watched();
    const { stage, client, give } = start("gzip", undefined, watch);
    for (let i = 0; i < 10; i++) give(text(4000));
    stage.flush();
    stage.flush();
    await until(() => client.calls.includes("flush"));
    for (let i = 0; i < 10; i++) give(text(4000));
    stage.end();
    stage.flush();
    await until(() => client.ended);
    expect(seen).toEqual({ streams: 1, flushes: 1, wholes: 0, destroyed: 1 });
  });

  it("are shared by reads that come while one is under way", async () => {
    const { seen, watch } = watched();
    const { stage, client, give } = start("br", undefined, watch);
    let sent = "";
    for (let i = 0; i < 200; i++) {
      give(Buffer.from(`${i} `));
      sent += `${i} `;
      stage.flush();
    }
    await until(() => readable("br", client.octets) === sent);
    expect(seen.flushes).toBeLessThanOrEqual(3);
  });

  it("of nothing go on as they are: a head may wait for them", () => {
    const { seen, watch } = watched();
    const { stage, client } = start("gzip", undefined, watch);
    stage.flush();
    expect([seen.streams, client.calls]).toEqual([0, ["flush"]]);
  });
});

describe("the limit of a whole body", () => {
  it.each([
    [WHOLE_LIMIT, 0],
    [WHOLE_LIMIT + 1, 1],
  ])("%i octets: %i streams", async (octets, streams) => {
    const { seen, watch } = watched();
    const { stage, client, give } = start("gzip", undefined, watch);
    give(text(octets));
    stage.end();
    await until(() => client.ended);
    expect(seen.streams).toBe(streams);
    expect(gunzipSync(client.octets)).toEqual(text(octets));
  });
});

describe("codings that a Node may lack", () => {
  const params = { ZSTD_c_compressionLevel: 100, ZSTD_c_windowLog: 101, ZSTD_e_flush: 1 };

  it("zstd is not there where zlib does not have it", () => {
    expect(findEncoder("zstd", { constants: {} })).toBeUndefined();
    expect(findEncoder("zstd", { constants: params })).toBeUndefined();
  });

  it("zstd is made by zlib where it has it", () => {
    const asked: unknown[] = [];
    const encoder = findEncoder("zstd", {
      constants: params,
      createZstdCompress: () => {
        throw new Error("not asked for");
      },
      zstdCompressSync: (bytes, options) => {
        asked.push(options);
        return Buffer.from(bytes);
      },
    });
    expect([encoder?.flushKind, encoder?.encode(Buffer.from("x")).toString()]).toEqual([1, "x"]);
    expect(asked).toEqual([{ params: { 100: 3, 101: 19 } }]);
  });
});
