/**
 * The field by which the load generator tells a synthetic endpoint how much work a request is (in ms of an endpoint of
 * speed 1), and by which the endpoint tells its number and how many ms the request was there.
 */
export const WORK_FIELD = "x-bench";
/** Stands on requests that are measured, the warm-up's excluded: the gateway's own counts go by it. */
export const MEASURED_FIELD = "x-bench-measured";
/** What hashing algorithms hash. */
export const KEY_FIELD = "x-bench-key";
