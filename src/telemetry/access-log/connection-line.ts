import type { FinishedConnection } from "../../exchange/finished-connection.ts";
import { paintFor } from "../paint.ts";
import { createTimeOfDay, createTimeStamp } from "../time-stamp.ts";
import { visible } from "../visible.ts";
import { microseconds, orNull } from "./json-line.ts";
import { jsonText } from "./json-text.ts";
import { cut, duration, type EndpointNames, layOut, type Screen, targetOf } from "./pretty-line.ts";

/** Makes one access log line, with its line feed, of a connection of layer 4 or a UDP session. */
export type ConnectionLineWriter = (connection: FinishedConnection) => string;

/** Lines of one JSON object each: as those of requests as far as both have the same to say, and told by `protocol`. */
export function createJsonConnection(): ConnectionLineWriter {
  const timeStamp = createTimeStamp();
  return (connection) => {
    const { code } = connection;
    return (
      `{"time":"${timeStamp(connection.startedAt)}","requestId":${jsonText(connection.connectionId)}` +
      `,"protocol":"${connection.protocol}","port":${connection.port},"serverName":${orNull(connection.serverName)}` +
      `,"service":${orNull(connection.serviceName)},"endpoint":${orNull(connection.endpointId)}` +
      `,"attempts":${connection.attempts},"durationMs":${microseconds(connection.durationMs)}` +
      `,"outcome":"${connection.outcome}","code":${code === undefined ? "null" : `"${code}"`}` +
      `,"reason":${orNull(connection.reason)},"clientIp":${jsonText(connection.clientIp)}` +
      `,"clientPort":${connection.clientPort},"requestBytes":${connection.requestBytes}` +
      `,"responseBytes":${connection.responseBytes}}\n`
    );
  };
}

/** Lines for eyes, in the columns of requests: `12:03:07  tcp  :6432    127.0.0.1   → postgres · localhost:5432   3.2 s`. */
export function createPrettyConnection(screen: Screen, names: EndpointNames = new Map()): ConnectionLineWriter {
  const timeOfDay = createTimeOfDay();
  const paint = paintFor(screen.color);
  return (connection) => {
    const { columns, pathWidth, targetRoom, targetColumn, note } = layOut(screen, noteOf(connection));
    const { serviceName, endpointId, serverName, clientIp } = connection;
    const whole = targetOf({ serviceName, endpointId, routeName: undefined }, names, columns, targetRoom);
    const target = whole.padEnd(Math.min(targetColumn, targetRoom));
    const from = cut(visible(serverName ?? clientIp), pathWidth).padEnd(pathWidth);
    const failed = connection.outcome !== "ok" && connection.outcome !== "cancelled";
    const protocol = failed ? paint.bad(connection.protocol) : paint.good(connection.protocol);
    return (
      `${paint.faint(timeOfDay(connection.startedAt))}  ${protocol}  ${`:${connection.port}`.padEnd(7)} ${from}` +
      `${target === "" ? "" : `  ${paint.faint(target)}`}${duration(connection.durationMs).padStart(9)}` +
      `${note === "" ? "" : `  ${paint.warning(note)}`}\n`
    );
  };
}

/** What a reader should not miss. */
function noteOf({ attempts, outcome, code, serviceName }: FinishedConnection): string {
  const tries = attempts > 1 ? `${attempts} tries` : "";
  const end = code ?? (serviceName === undefined ? "refused" : outcome === "ok" ? "" : outcome);
  return tries === "" || end === "" ? tries + end : `${tries} ${end}`;
}
