// Whether a request came from this machine itself, and not through a proxy on it.
import type { IncomingMessage } from 'node:http';

export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const forwarded = Object.keys(headers).some(
    (name) => name === 'forwarded' || name.startsWith('x-forwarded-'),
  );
  return !forwarded && isLoopbackAddress(socket.remoteAddress ?? '');
}

/** 127.0.0.0/8 and ::1, also as IPv4-mapped IPv6. */
function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
