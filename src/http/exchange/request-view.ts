import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { RequestFacts } from "../../exchange/request-facts.ts";
import { normalizePath, PATH_PROBLEMS, pathProblem } from "../../routing/path.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import { FIELD } from "../head/field-kind.ts";
import { MessageHead } from "../head/message-head.ts";
import { parseHost } from "./host.ts";

/** A request refused before routing. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The facts of an HTTP/1.1 request, read off its head; reused for the next request of the connection. */
export class RequestView implements RequestFacts {
  readonly head = new MessageHead();
  method = "";
  host = "";
  /** Host as it goes on to the endpoint: the client's, with its port. "" where an HTTP/1.0 client sent none. */
  authority = "";
  path = "";
  /** The path as sent. */
  rawPath = "";
  query = "";
  /** Origin form as sent: path and query. */
  target = "";
  clientIp = "";
  scheme: "http" | "https" = "http";

  /** Is this as far as the request may go (RFC 9110 section 7.6.2)? */
  get isLastHop(): boolean {
    if (this.method !== "OPTIONS") return false;
    const at = this.head.indexOfKind(FIELD.MAX_FORWARDS);
    return at >= 0 && /^0+$/.test(this.head.value(at));
  }

  get headers(): HeaderReader {
    return this.head;
  }

  /** Forgets the request before: there is none that could be read. */
  clear(): void {
    this.head.reset();
    this.method = this.host = this.authority = this.path = this.rawPath = this.query = this.target = "";
  }

  /**
   * Reads method, target and Host (RFC 9112 sections 3.2 and 3.3) of a head that has been scanned.
   * @returns why the request is refused, or `undefined`
   */
  read(): Refusal | undefined {
    const { head } = this;
    this.method = head.text.slice(0, head.methodEnd);
    this.target = head.text.slice(head.targetStart, head.targetEnd);
    // Of a path, too: an endpoint that agrees takes all that follows for a tunnel, whatever framing was announced.
    if (this.method === "CONNECT") return this.refused({ code: "GW0211", detail: "CONNECT asks for a forward proxy." });
    const refusal = this.readHostField();
    return refusal === undefined ? this.readTarget() : this.refused(refusal);
  }

  /** Notes of a refused request what the log shows: nothing of the request before, no query and no credentials. */
  private refused(refusal: Refusal): Refusal {
    const path = this.target.replace(/\?.*$/s, "");
    this.rawPath = this.path = path.startsWith("/") ? path : path.slice(path.lastIndexOf("@") + 1);
    this.query = "";
    return refusal;
  }

  private readHostField(): Refusal | undefined {
    const { head } = this;
    const at = head.indexOfKind(FIELD.HOST);
    if (at < 0) {
      this.authority = "";
      this.host = "";
      return head.minorVersion === 0 ? undefined : malformed("it has no Host field");
    }
    if (head.indexOfKind(FIELD.HOST, at + 1) >= 0) return malformed("it has several Host fields");
    this.authority = head.value(at);
    const host = this.authority === "" ? "" : parseHost(this.authority);
    if (host === undefined) return malformed("its Host field is not a host");
    this.host = host;
    return undefined;
  }

  private readTarget(): Refusal | undefined {
    if (this.target.charCodeAt(0) !== 0x2f) {
      const refused = this.readOtherForm();
      if (refused) return this.refused(refused);
    }
    if (this.target === "*") {
      this.rawPath = this.path = "*";
      this.query = "";
      return undefined;
    }
    const mark = this.target.indexOf("?");
    this.rawPath = mark < 0 ? this.target : this.target.slice(0, mark);
    this.query = mark < 0 ? "" : this.target.slice(mark + 1);
    const path = normalizePath(this.rawPath);
    if (path !== undefined) {
      this.path = path;
      return undefined;
    }
    this.path = this.rawPath;
    const problem = pathProblem(this.rawPath);
    return { code: "GW0204", detail: `The path ${problem ? PATH_PROBLEMS[problem] : "cannot be used"}.` };
  }

  /** Absolute form, which replaces Host (RFC 9112 section 3.2.2); asterisk and authority form are not for endpoints. */
  private readOtherForm(): Refusal | undefined {
    // RFC 9112 section 3.2.4: OPTIONS * asks about the gateway itself.
    if (this.method === "OPTIONS" && this.target === "*") return undefined;
    const form = /^https?:\/\/([^/?]*)(.*)$/is.exec(this.target);
    if (!form) return malformed("its target is neither a path nor an absolute URL");
    const authority = form[1] as string;
    const host = parseHost(authority);
    if (host === undefined) return malformed("its target has no usable host");
    this.authority = authority;
    this.host = host;
    const rest = form[2] as string;
    this.target = rest.startsWith("/") ? rest : `/${rest}`;
    return undefined;
  }
}

function malformed(what: string): Refusal {
  return { code: "GW0203", detail: `The request was refused: ${what}.` };
}
