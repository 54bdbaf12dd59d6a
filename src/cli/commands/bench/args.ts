import type { ReportArgs } from "./report-options.ts";

/** The flags of `bench`, parsed. */
export interface BenchArgs extends ReportArgs {
  readonly algo?: string;
  readonly scenario?: string;
  /** Name of a service; true for the only one that has several endpoints. */
  readonly fromConfig?: string | true;
  readonly config?: string;
  readonly endpoints?: number;
  readonly load?: number;
  readonly serviceTime?: string;
  readonly arrivals?: string;
  readonly requests?: number;
  readonly seed?: number;
  readonly failIf?: readonly string[];
  readonly compare?: string;
  readonly json?: boolean;
  readonly validate?: boolean;
  readonly tape?: boolean;
}
