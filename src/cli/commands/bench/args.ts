/** The flags of `bench`, parsed. */
export interface BenchArgs {
  readonly algo?: string;
  readonly scenario?: string;
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
}
