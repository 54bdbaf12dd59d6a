import { describe, expect, it } from "vitest";
import { type AppendFile, RecordWriter } from "../../../src/telemetry/record/record-file.ts";

/** A disk that writes when it is told to. */
function slowDisk(most?: number) {
  const calls: { bytes: Buffer; done: (error: Error | null, written: number) => void }[] = [];
  let content = "";
  const file: AppendFile = {
    size: 0,
    append: (bytes, done) => void calls.push({ bytes, done }),
    close: (done) => done(),
  };
  const told: string[] = [];
  const writer = new RecordWriter({
    file,
    lossLine: ({ lines, torn }) => `lost ${lines}${torn ? " torn" : ""}\n`,
    onProblem: (reason) => told.push(reason),
    onRecovered: (lines) => told.push(`again, ${lines} lost`),
    ...(most === undefined ? {} : { most }),
  });
  return {
    writer,
    told,
    content: () => content,
    waiting: () => calls.length,
    /** Writes what was given last, or the first so many bytes of it. */
    take(bytes = Number.POSITIVE_INFINITY) {
      const call = calls.shift();
      const part = call?.bytes.subarray(0, bytes) ?? Buffer.alloc(0);
      content += part.toString();
      call?.done(null, part.length);
    },
    fail: (message: string) => calls.shift()?.done(new Error(message), 0),
  };
}

describe("RecordWriter", () => {
  it("writes one piece at a time, and together what came meanwhile", () => {
    const disk = slowDisk();
    disk.writer.add("a\n");
    disk.writer.add("b\n");
    disk.writer.add("c\n");
    expect(disk.waiting()).toBe(1);
    disk.take();
    disk.take();
    expect(disk.content()).toBe("a\nb\nc\n");
    expect(disk.waiting()).toBe(0);
  });

  it("goes on where a write ended early", () => {
    const disk = slowDisk();
    disk.writer.add("abcdef\n");
    disk.take(3);
    disk.take();
    expect(disk.content()).toBe("abcdef\n");
    expect(disk.told).toEqual([]);
  });

  it("drops what a slow disk leaves no room for, and says so in the log and in the file", () => {
    const disk = slowDisk(8);
    disk.writer.add("1\n");
    disk.writer.add("2222222\n");
    disk.writer.add("3\n4\n5\n");
    disk.writer.add("6\n");
    expect(disk.told).toEqual(["the disk does not keep up"]);
    disk.take();
    disk.take();
    expect(disk.content()).toBe("1\nlost 4\n2222222\n");
    expect(disk.told).toEqual(["the disk does not keep up", "again, 4 lost"]);
  });

  it("survives a disk error: what was to be written is counted as lost, the next piece is tried again", () => {
    const disk = slowDisk();
    disk.writer.add("1\n2\n");
    disk.fail("ENOSPC: no space left on device");
    disk.writer.add("3\n");
    disk.fail("ENOSPC: no space left on device");
    disk.writer.add("4\n");
    disk.take();
    expect(disk.content()).toBe("lost 3\n4\n");
    expect(disk.told).toEqual(["ENOSPC: no space left on device", "again, 3 lost"]);
  });

  it("keeps the piece of a line that a full disk has left from the next one", () => {
    const disk = slowDisk();
    disk.writer.add("one\ntwo\n");
    disk.take(5);
    disk.fail("ENOSPC");
    disk.writer.add("three\n");
    disk.take();
    expect(disk.content()).toBe("one\nt\nlost 1 torn\nthree\n");
  });

  it("says when nothing waits any more, after an error, too", () => {
    const disk = slowDisk();
    let idle = 0;
    disk.writer.whenIdle(() => idle++);
    expect(idle).toBe(1);
    disk.writer.add("1\n");
    disk.writer.whenIdle(() => idle++);
    expect(idle).toBe(1);
    disk.fail("EIO");
    expect(idle).toBe(2);
  });
});
