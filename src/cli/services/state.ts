import type { EndpointSnapshot } from "../../admin/admin-source.ts";
import type { Style } from "../ui/style.ts";

/** How an endpoint is doing, in a word, and how the word is to look. */
export interface EndpointState {
  readonly word: string;
  readonly tone: Exclude<keyof Style, "strong" | "link">;
  /** Why, where the word leaves that open. */
  readonly why: string | undefined;
}

/** What the user decided comes before what was found out. */
export function stateOf(endpoint: EndpointSnapshot): EndpointState {
  const { draining, weight, health, eligible, backup, inFlight, reason, ejected } = endpoint;
  if (draining) {
    const why = inFlight > 0 ? "takes no new requests, those in flight finish" : "takes no requests";
    return { word: inFlight > 0 ? "draining" : "drained", tone: "warning", why };
  }
  if (weight === 0) return { word: "weight 0", tone: "warning", why: "takes no new requests" };
  if (health === "unhealthy") {
    const why = reason ?? "unhealthy";
    const { healthByInstance } = endpoint;
    if (healthByInstance !== undefined) {
      return { word: "down for some", tone: "warning", why: `${why} (${inSome("unhealthy", healthByInstance)})` };
    }
    const used = eligible ? "; used all the same, as too few are healthy" : "";
    return { word: "down", tone: "bad", why: `${why}${used}` };
  }
  if (ejected !== null) {
    const used = eligible ? "; used all the same, as too few are left" : "";
    return {
      word: "ejected",
      tone: "bad",
      why: `${ejected.reason}; ${Math.ceil(ejected.leftMs / 1000)} s more${used}`,
    };
  }
  if (backup && !eligible) return { word: "standby", tone: "faint", why: undefined };
  return health === "healthy"
    ? { word: "healthy", tone: "good", why: undefined }
    : { word: "not checked", tone: "faint", why: undefined };
}

/** "1 of 2 workers": how many say what is shown, where they do not all say the same. */
export function inSome<K extends string>(what: K, by: Readonly<Partial<Record<K, number>>>): string {
  const all = Object.values<number | undefined>(by).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return `${by[what] ?? 0} of ${all} workers`;
}
