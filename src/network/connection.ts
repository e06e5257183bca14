// How a connection is made: which addresses of a host are allowed, judged on the address that is connected to, and
// which authorities its certificate may be of.
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { isPublicAddress } from './public-address.ts';

/** What is allowed of one origin. */
export interface Reach {
  /** Whether its host may have an address that is not public. */
  readonly privateAddresses: boolean;
  /** The authorities that its certificate may be of; null: those that Node.js has. */
  readonly authorities: SecureContext | null;
}

/** Every address, and the authorities of Node.js. */
export const ANY_ADDRESS: Reach = Object.freeze({ privateAddresses: true, authorities: null });

/** The code of the error for an address that is not allowed. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

/** Options of `net.connect` and `tls.connect`. */
export interface ConnectionOptions {
  readonly lookup?: LookupFunction;
  readonly secureContext?: SecureContext;
}

/**
 * The authorities of certificates (PEM, RFC 7468), and those that come with Node.js. It takes some
 * milliseconds: make it once. Certificates that cannot be read are left out, and are no error.
 */
export const authoritiesOf = (ca: string): SecureContext =>
  createSecureContext({ ca: [...rootCertificates, ca] });

/**
 * Options of connections within `reach`: its authorities, and where private addresses are not allowed a
 * lookup that gives public ones alone; that of a name without any fails with the code
 * {@link ADDRESS_REFUSED}. `lookup` resolves names, by default as the system does.
 */
export function connectionOptions(
  { privateAddresses, authorities }: Reach,
  lookup?: LookupFunction,
): ConnectionOptions {
  const resolve = privateAddresses ? lookup : publicLookup(lookup ?? (systemLookup as LookupFunction));
  return {
    ...(resolve === undefined ? {} : { lookup: resolve }),
    ...(authorities === null ? {} : { secureContext: authorities }),
  };
}

/**
 * The error, with the code {@link ADDRESS_REFUSED}, for a host that is an address itself (IPv6 with brackets
 * or without) and is not allowed, since such a host is never looked up; null where it is allowed, or is a
 * name.
 */
export function refusedHost(hostname: string, { privateAddresses }: Reach): Error | null {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return privateAddresses || isIP(address) === 0 || isPublicAddress(address) ? null : addressRefused();
}

/**
 * Gives only the public addresses of a name. What is connected to is what was judged: the name is not looked up again.
 */
function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) => isPublicAddress(address));
      const [first] = addresses;
      if (first === undefined) return callback(addressRefused(), '');
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

const addressRefused = (): NodeJS.ErrnoException =>
  Object.assign(new Error('the address is not public'), { code: ADDRESS_REFUSED });
