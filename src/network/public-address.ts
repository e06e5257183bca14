// Which addresses are public: those that belong to the Internet, and not to this machine, a private network or a
// special purpose.
import { BlockList, isIP } from 'node:net';

/** IPv4 ranges that are not globally reachable: IANA's registry of special-purpose addresses, and multicast. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/** Global unicast (RFC 4291), and IPv4 through a translator (RFC 6052). All else, IPv4-mapped included, is not public. */
const PUBLIC_IPV6 = ['2000::/3', '64:ff9b::/96'] as const;

/** Within those: IETF protocols with Teredo, documentation, and 6to4, whose addresses lead to any IPv4 address. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const;

const specialIpv4 = blockList(SPECIAL_IPV4, 'ipv4');
const publicIpv6 = blockList(PUBLIC_IPV6, 'ipv6');
const specialIpv6 = blockList([...SPECIAL_IPV6, ...SPECIAL_IPV4.map((range) => translated(range))], 'ipv6');

/**
 * Whether an IPv4 or IPv6 address (without brackets) is public: of no block of IANA's registries of special-purpose
 * addresses (RFC 6890) that is not globally reachable, and no multicast. Stricter than they are: false for the whole of
 * 192.0.0.0/24, 192.88.99.0/24, 2001::/23 and 2002::/16 (6to4), and for IPv6 outside of global unicast, 2000::/3 (RFC 4291).
 * IPv4-mapped addresses are never public; those of a translator, 64:ff9b::/96 (RFC 6052), are where their IPv4 address is.
 * False for all that is no address, and for one with a zone.
 */
export function isPublicAddress(address: string): boolean {
  // A zone (RFC 4007) is of link-local addresses.
  if (address.includes('%')) return false;
  const family = isIP(address);
  if (family === 4) return !specialIpv4.check(address, 'ipv4');
  return family === 6 && publicIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

/** An IPv4 range as a translator's IPv6 prefix has it (RFC 6052, section 2.1). */
function translated(range: string): string {
  const [network = '', length = ''] = range.split('/');
  return `64:ff9b::${network}/${96 + Number(length)}`;
}

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length = ''] = range.split('/');
    list.addSubnet(network, Number(length), family);
  }
  return list;
}
