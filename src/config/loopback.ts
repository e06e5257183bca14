// Which hosts never leave this machine: the only ones to which plain http and the demo are allowed without a word.
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4'); // RFC 1122, 3.2.1.3
loopback.addAddress('::1', 'ipv6'); // RFC 4291, 2.5.3

/** Whether a host name or address (an IPv6 one with or without brackets) is loopback. Names as in RFC 6761, 6.3. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const family = isIP(name);
  if (family === 0) return name === 'localhost' || name.endsWith('.localhost');
  return loopback.check(name, family === 4 ? 'ipv4' : 'ipv6');
}
