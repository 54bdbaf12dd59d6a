import type { Fields } from "../../exchange/answer.ts";
import type { Millis } from "../../shared/clock.ts";
import type { ResponseRules } from "./response-rules.ts";
import { ageInMs, revive, type Stored } from "./stored.ts";
import type { Selecting } from "./vary.ts";

/** The times of two clocks at one moment: the machine's, which means the same to others, and the monotonic one. */
export interface Moment {
  /** In ms since 1970. */
  readonly wall: Millis;
  readonly now: Millis;
}

/** Responses as they are written for others, and what identifies the writing. */
export interface Written {
  readonly variants: readonly Stored[];
  /** Another one after every change. */
  readonly version: string;
  /** In ms since 1970. */
  readonly writtenAt: Millis;
}

interface WrittenVariant {
  readonly status: number;
  readonly fields: Fields;
  readonly selecting: Pick<Selecting, "names" | "values">;
  readonly rules: ResponseRules;
  readonly headLength?: number | undefined;
  /** When it was written, in ms. */
  readonly age: Millis;
  readonly octets: number;
}

interface Head {
  /** Of this form. */
  readonly form: 1;
  readonly version: string;
  readonly writtenAt: Millis;
  readonly variants: readonly WrittenVariant[];
}

const LENGTH_OCTETS = 4;

/** Writes the responses of one key: how long their head is, the head as JSON, the bodies one after the other. */
export function encodeStored(variants: readonly Stored[], version: string, { wall, now }: Moment): Buffer {
  const head: Head = {
    form: 1,
    version,
    writtenAt: wall,
    variants: variants.map((stored) => ({
      status: stored.status,
      fields: stored.fields,
      selecting: { names: stored.selecting.names, values: stored.selecting.values },
      rules: stored.rules,
      headLength: stored.headLength,
      age: ageInMs(stored, now),
      octets: stored.body.length,
    })),
  };
  const json = Buffer.from(JSON.stringify(head), "utf8");
  const length = Buffer.alloc(LENGTH_OCTETS);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...variants.map(({ body }) => body)]);
}

/** Reads what `encodeStored` has written, at another time and maybe elsewhere; `undefined` for anything else. */
export function decodeStored(bytes: Uint8Array, { wall, now }: Moment): Written | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const headEnd = LENGTH_OCTETS + all.readUInt32BE(0);
    const head = JSON.parse(all.toString("utf8", LENGTH_OCTETS, headEnd)) as Head;
    if (head.form !== 1) return undefined;
    // A clock that is behind makes nothing younger.
    const since = Math.max(0, wall - head.writtenAt);
    let at = headEnd;
    const variants = head.variants.map((written) => {
      const body = Buffer.from(all.subarray(at, (at += written.octets)));
      if (body.length !== written.octets) throw new RangeError("cut short");
      const { status, fields, rules, headLength } = written;
      const selecting = { ...written.selecting, seen: [] };
      return revive({ status, fields, rules, headLength, body }, selecting, now - written.age - since, wall);
    });
    return { variants, version: head.version, writtenAt: head.writtenAt };
  } catch {
    return undefined;
  }
}
