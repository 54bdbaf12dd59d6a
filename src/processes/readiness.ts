import { connect } from "node:net";
import type { Timers } from "../shared/timers.ts";

/** A service may listen on either address of `localhost`. */
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** Milliseconds a connection may take; on loopback it takes none unless the listen queue is full. */
const PATIENCE = 1_000;

/** True if a TCP connection to the port is accepted on 127.0.0.1 or ::1. The connection is closed at once. */
export async function acceptsConnection(port: number): Promise<boolean> {
  const answers = await Promise.all(LOOPBACK.map((host) => tryConnect(host, port)));
  return answers.includes(true);
}

/** Milliseconds between two looks at a port. */
const INTERVAL = 50;

/** Calls `onReady` once, when the port accepts a connection. Returns what ends the waiting. */
export function whenReady(port: number, timers: Timers, onReady: () => void): () => void {
  let over = false;
  let forget = () => {};
  const look = async (): Promise<void> => {
    const accepted = await acceptsConnection(port);
    if (over) return;
    if (accepted) onReady();
    else forget = timers.after(INTERVAL, () => void look());
  };
  void look();
  return () => {
    over = true;
    forget();
  };
}

function tryConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(PATIENCE, () => settle(false));
    socket.once("error", () => settle(false));
    // A socket whose own port is the one it calls is connected to itself (RFC 9293, section 3.5, simultaneous open).
    socket.once("connect", () => settle(socket.localPort !== socket.remotePort));
  });
}
