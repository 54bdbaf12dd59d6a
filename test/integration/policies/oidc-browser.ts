import { ask, type Reply, type Wire } from "../../helpers/wires.ts";

/** What a browser of the tests is: cookies by name, and the fields that browsers send when a page is asked for. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly wire: Wire;
  private readonly port: number;

  constructor(wire: Wire, port: number) {
    this.wire = wire;
    this.port = port;
  }

  /** Asks the gateway for a page, and keeps the cookies that come with it. Cookies of a narrower path go along, too. */
  async open(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await ask(this.wire, this.port, {
      method,
      path,
      host: `localhost:${this.port}`,
      headers: { accept: "text/html,*/*;q=0.8", ...(cookie === "" ? {} : { cookie }), ...headers },
    });
    for (const field of setCookies(reply)) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(field) ?? [];
      if (/; Max-Age=0(?:;|$)/.test(field)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  /** The names of the cookies that it has. */
  get names(): string[] {
    return [...this.cookies.keys()].sort();
  }
}

export function setCookies({ headers }: Reply): string[] {
  return [headers["set-cookie"] ?? []].flat();
}

export function locationOf({ headers }: Reply): URL {
  return new URL(String(headers["location"]), "http://relative.test");
}

/** Path and query, as it goes on a wire. */
export function targetOf(url: URL): string {
  return `${url.pathname}${url.search}`;
}
