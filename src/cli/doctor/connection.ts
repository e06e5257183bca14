// Judges how a registry is reached: its address, its name, the connection, its certificate.
import { isIP } from 'node:net';
import { isLoopbackHost } from '../../config/loopback.ts';
import type { ConnectionProbe } from '../../network/probe-connection.ts';
import { isPublicAddress } from '../../network/public-address.ts';
import { type Check, fail, pass, quoted, skip, warn } from './check.ts';

/** Days before its end at which a certificate is to be renewed. */
const SOON_DAYS = 14;

const DAY_MS = 86_400_000;

/**
 * The checks `address`, `dns` and `connect` of the connection to `url`, and for https also `tls` and
 * `certificate`, which warns of fewer than 14 days before its end, and fails behind it. `now` is in
 * milliseconds since the epoch.
 */
export function judgeConnection(url: URL, probe: ConnectionProbe, now: number): readonly Check[] {
  return [judgeAddress(url), judgeName(url, probe), judgeConnect(probe), ...judgeTls(url, probe, now)];
}

/** Whether nothing can be asked of it: the name does not resolve, or nobody accepts a connection. */
export const isUnreachable = ({ lookupCode, connected }: ConnectionProbe): boolean =>
  lookupCode !== null || connected === null || connected.code !== null;

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

function judgeAddress(url: URL): Check {
  if (url.protocol === 'https:') return pass('address', `${url.origin} is asked over https`);
  if (isLoopbackHost(hostOf(url))) return pass('address', `${url.origin} is on this machine`);
  return warn(
    'address',
    `${url.origin} is asked over plain http`,
    'Serve it over https, or state in `plainHttp` of federation.yaml why it is not.',
  );
}

function judgeName(url: URL, { addresses, lookupCode }: ConnectionProbe): Check {
  const host = hostOf(url);
  if (isIP(host) !== 0) return pass('dns', `${host} is an address itself`);
  if (lookupCode !== null) {
    return fail(
      'dns',
      `${host} does not resolve (${lookupCode})`,
      'Check the name, and the DNS server that this machine asks.',
    );
  }
  const known = `${host} is ${addresses.slice(0, 4).join(', ')}${addresses.length > 4 ? ', …' : ''}`;
  const isPrivate = !addresses.some(isPublicAddress);
  return pass('dns', isPrivate ? `${known}, which only its own network reaches` : known);
}

function judgeConnect({ connected, lookupCode }: ConnectionProbe): Check {
  if (connected === null) return skip('connect', `not tried (${lookupCode ?? 'no address'})`);
  const { code, took } = connected;
  if (code === null) return pass('connect', `connected in ${Math.round(took)} ms`);
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens on that port',
    ETIMEDOUT: 'no answer in time',
  };
  return fail(
    'connect',
    `no connection: ${why[code] ?? 'it failed'} (${code})`,
    'Check the port, and that firewalls let this machine through.',
  );
}

/** What a code of OpenSSL means, and what mends it. */
const REFUSALS: Readonly<Record<string, readonly [seen: string, hint: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'the certificate is self-signed',
    'Use one of a public authority, or name its file as `ca` of the registry.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'the certificate is of an authority that is not known here',
    'Name the authority’s file as `ca` of the registry.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'the chain of certificates is not complete, or of an authority that is not known here',
    'Let the server send the intermediate certificates, or name the authority’s file as `ca` of the registry.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'the chain of certificates is not complete, or of an authority that is not known here',
    'Let the server send the intermediate certificates, or name the authority’s file as `ca` of the registry.',
  ],
  CERT_HAS_EXPIRED: ['the certificate has expired', 'Renew it.'],
  CERT_NOT_YET_VALID: [
    'the certificate is not valid yet',
    'Check the clocks of the server and of this machine.',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'the certificate is for other hosts',
    'Use a certificate that has this host among its names.',
  ],
};

function judgeTls(url: URL, { tls, connected, lookupCode }: ConnectionProbe, now: number): readonly Check[] {
  if (url.protocol !== 'https:') return [];
  if (tls === null) {
    const seen = `no connection (${lookupCode ?? connected?.code ?? 'unknown'})`;
    return [skip('tls', seen), skip('certificate', seen)];
  }
  const { code, protocol, certificate } = tls;
  if (certificate === null || protocol === null) {
    return [
      fail('tls', `no TLS could be agreed on (${code ?? 'unknown'})`, 'Check that the port serves https.'),
      skip('certificate', 'none was seen'),
    ];
  }
  const [seen, hint] = REFUSALS[code ?? ''] ?? ['the certificate is not accepted', 'Replace it.'];
  const issuer = `of ${quoted(certificate.issuer)}`;
  return [
    code === null
      ? pass('tls', `${protocol}, a certificate ${issuer}`)
      : fail('tls', `${seen}, ${issuer} (${code})`, hint),
    judgeExpiry(certificate.validTo, now),
  ];
}

function judgeExpiry(validTo: number, now: number): Check {
  if (Number.isNaN(validTo)) return skip('certificate', 'it has no end that can be read');
  const end = new Date(validTo).toISOString().slice(0, 10);
  const days = Math.floor((validTo - now) / DAY_MS);
  if (days < 0) return fail('certificate', `expired on ${end}`, 'Renew it, and let a program renew it.');
  const seen = `valid until ${end}`;
  return days < SOON_DAYS
    ? warn('certificate', `${seen}, ${days} days from now`, 'Renew it, and let a program renew it.')
    : pass('certificate', seen);
}
