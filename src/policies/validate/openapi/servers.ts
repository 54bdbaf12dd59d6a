import { isMapping, member } from "../documents/json-pointer.ts";

/**
 * The base paths that `servers` give: "/v1" of "https://api.example/v1", without a closing slash. A variable stands for
 * its default and for each of its `enum`. Hosts do not matter: the gateway is in front of whichever it is.
 *
 * Source: OpenAPI 3.0.3 and 3.1.1, "Server Object", "Server Variable Object".
 */
export function basePathsOf(servers: unknown): string[] {
  if (!Array.isArray(servers)) return [];
  const paths = servers.flatMap((server: unknown) => {
    const url = member(server, "url");
    return typeof url === "string" ? fill(url, member(server, "variables")).map(pathOf) : [];
  });
  return [...new Set(paths)];
}

const MOST_URLS = 100;

function fill(url: string, variables: unknown): string[] {
  const name = /\{([^{}]+)\}/.exec(url)?.[1];
  if (name === undefined) return [url];
  const variable = member(variables, name);
  const listed = member(variable, "enum");
  const values = [member(variable, "default"), ...(Array.isArray(listed) ? listed : [])];
  const texts = [...new Set(values.filter((value) => typeof value === "string"))];
  return (texts.length === 0 ? [""] : texts)
    .flatMap((value) => fill(url.replaceAll(`{${name}}`, value.replaceAll("{", "")), variables))
    .slice(0, MOST_URLS);
}

/** A relative URL begins where the document is, which is nowhere in particular: at the root. */
function pathOf(url: string): string {
  if (!URL.canParse(url, "http://localhost")) return "";
  return new URL(url, "http://localhost").pathname.replace(/\/+$/, "");
}

/** Whether a document's value has servers of its own. */
export function hasServers(value: unknown): boolean {
  return isMapping(value) && Array.isArray(value["servers"]) && value["servers"].length > 0;
}
