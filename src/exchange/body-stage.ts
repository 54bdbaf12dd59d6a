/** What takes a body, part by part. */
export interface BodySink {
  /**
   * A part; its bytes are valid inside the call only.
   * @returns false to be given no more until `BodyStage.drained` (of the stage before) is called; what comes all the
   * same is taken
   */
  write(bytes: Buffer, start: number, end: number): boolean;
  /** All that one read of the endpoint brought has been given: what is held back for more should go on now. */
  flush(): void;
  /** The body is complete. */
  end(): void;
}

/** A part of the way of a response's body: it may change it, hold it for a while, or look at it. */
export interface BodyStage extends BodySink {
  /** The sink behind takes parts again, after its `write` has returned false. */
  drained(): void;
  /** The exchange is over, or begins anew: nothing more comes, and nothing more is to be given on. */
  destroy(): void;
}

/** How a stage reaches what is before and behind it. */
export interface StageEnds {
  /** What takes the body from here. */
  readonly next: BodySink;
  /** Of a stage that `decidesHead`, before it gives anything on: how many octets that will be in all. */
  announceLength?(octets: number): void;
  /** After `write` returned false: goes on being given parts. */
  resume(): void;
  /** The body cannot be completed: the client must not take it for a whole one. */
  fail(error: unknown): void;
}
