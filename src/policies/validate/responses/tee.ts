import type { BodyStage, StageEnds } from "../../../exchange/body-stage.ts";

/**
 * Passes a body on as it is, at once, and keeps a copy of up to `limit` octets.
 * @param whole called behind the end, with the copy; `undefined` if the body was longer
 */
export function createTee(
  { next, resume }: StageEnds,
  limit: number,
  whole: (bytes: Buffer | undefined) => void,
): BodyStage {
  let parts: Buffer[] | undefined = [];
  let length = 0;
  return {
    write(bytes, start, end) {
      length += end - start;
      if (length > limit) parts = undefined;
      // The bytes are valid inside this call only.
      else parts?.push(Buffer.from(bytes.subarray(start, end)));
      return next.write(bytes, start, end);
    },
    flush: () => next.flush(),
    end() {
      const kept = parts && Buffer.concat(parts);
      parts = undefined;
      next.end();
      whole(kept);
    },
    drained: () => resume(),
    destroy() {
      parts = undefined;
    },
  };
}
