// Whether a request came from this machine itself, and not through a proxy on it or a page of another site.
import type { IncomingMessage } from 'node:http';
import { cameThroughProxy, isLoopbackHost } from '../config/loopback.ts';

export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    isLoopbackAddress(socket.remoteAddress ?? '') &&
    namesLoopback(headers.host) &&
    !cameThroughProxy(Object.keys(headers))
  );
}

/** 127.0.0.0/8 and ::1, also as IPv4-mapped IPv6. */
function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

/** A page may have its own name resolve to this machine, and then reads what is here: but its name stays in Host. */
function namesLoopback(host: string | undefined): boolean {
  if (host === undefined) return true;
  const url = `http://${host}`;
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
