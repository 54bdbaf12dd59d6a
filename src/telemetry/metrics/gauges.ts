/** An endpoint, as gauges show it. */
export interface EndpointGauge {
  readonly service: string;
  readonly endpoint: string;
  /** 1 for healthy and for not yet known, as both may be used. */
  readonly healthy: boolean;
  readonly inFlight: number;
}

/** What is asked when metrics are read, so that nothing is kept up to date in between. */
export interface GaugeSource {
  /** Open client connections. */
  connections(): number;
  requestsInFlight(): number;
  /** Whether the store that gateways share is there; `undefined` if there is none. */
  isStateUp(): boolean | undefined;
  endpoints(): Iterable<EndpointGauge>;
}

/** Until there is a gateway to ask. */
export const NO_GAUGES: GaugeSource = {
  connections: () => 0,
  requestsInFlight: () => 0,
  isStateUp: () => undefined,
  endpoints: () => [],
};
