// What a connection to a host shows: its addresses, whether it accepts a connection, its certificate. Nothing is sent.
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { Clock } from '../model/clock.ts';

export interface ProbeOptions {
  /** The authorities that the certificate may be of; null: those that Node.js has. */
  readonly authorities: SecureContext | null;
  /** Milliseconds for each step. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** A certificate as the server sent it; its texts are the server's. */
export interface CertificateSeen {
  /** The common name, or the organization; empty: neither. */
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since the epoch; NaN: no date. */
  readonly validTo: number;
}

/** Codes are Node.js's, such as `ENOTFOUND` or `DEPTH_ZERO_SELF_SIGNED_CERT`; `ETIMEDOUT` for what took too long. */
export interface ConnectionProbe {
  /** In the system's order; the host itself where it is an address. */
  readonly addresses: readonly string[];
  /** Why the name does not resolve; null: it does. */
  readonly lookupCode: string | null;
  /**
   * `code`: why no connection came about, null: it did; `took`: milliseconds. null: there was nothing to
   * connect to.
   */
  readonly connected: { readonly code: string | null; readonly took: number } | null;
  /** null: plain http, or there was no connection. */
  readonly tls: {
    /** Why the certificate is not accepted, or there is no TLS; null: it is accepted. */
    readonly code: string | null;
    /** Such as `TLSv1.3`; null: none was agreed on. */
    readonly protocol: string | null;
    readonly certificate: CertificateSeen | null;
  } | null;
}

/**
 * Looks the host up, connects to it, at the port of `url` or else 443 or 80, and for https: shakes hands;
 * each takes at most `timeout` milliseconds. Never rejects: what fails is a code in the result. Sends
 * nothing, and ends the connection.
 */
export async function probeConnection(url: URL, options: ProbeOptions): Promise<ConnectionProbe> {
  const { timeout, clock } = options;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const nothing = { addresses: [], lookupCode: null, connected: null, tls: null };
  let addresses: readonly string[] = [host];
  if (isIP(host) === 0) {
    try {
      const found = await within(timeout, clock, lookup(host, { all: true }));
      addresses = found.map(({ address }) => address);
    } catch (error) {
      return { ...nothing, lookupCode: codeOf(error) };
    }
  }
  const since = clock.monotonic();
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const socket = connect({ host, port });
  try {
    await within(timeout, clock, event(socket, 'connect'));
    const connected = { code: null, took: clock.monotonic() - since };
    const tls = url.protocol === 'https:' ? await handshake(socket, host, options) : null;
    return { addresses, lookupCode: null, connected, tls };
  } catch (error) {
    const connected = { code: codeOf(error), took: clock.monotonic() - since };
    return { ...nothing, addresses, connected };
  } finally {
    socket.destroy();
  }
}

async function handshake(
  socket: Socket,
  host: string,
  { authorities, timeout, clock }: ProbeOptions,
): Promise<ConnectionProbe['tls']> {
  const secure = tlsConnect({
    socket,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(authorities !== null && { secureContext: authorities }),
    // The certificate is looked at also where it is not accepted; nothing is sent over this connection.
    rejectUnauthorized: false,
  });
  try {
    await within(timeout, clock, event(secure, 'secureConnect'));
    const refused: unknown = secure.authorized ? null : secure.authorizationError;
    const code = refused === null ? null : typeof refused === 'string' ? refused : codeOf(refused);
    return { code, protocol: secure.getProtocol(), certificate: certificateOf(secure) };
  } catch (error) {
    return { code: codeOf(error), protocol: null, certificate: null };
  } finally {
    secure.destroy();
  }
}

function certificateOf(secure: TLSSocket): CertificateSeen | null {
  const { subject, issuer, valid_to: validTo } = secure.getPeerCertificate();
  if (subject === undefined) return null;
  return { subject: nameIn(subject), issuer: nameIn(issuer), validTo: Date.parse(validTo) };
}

const nameIn = (name: { readonly CN?: unknown; readonly O?: unknown }): string =>
  String(name.CN ?? name.O ?? '').slice(0, 256);

/** Resolves with the event, rejects with the socket's error. */
function event(socket: Socket, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(name, () => resolve());
    // Further errors of a socket that is given up are of no interest.
    socket.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function within<T>(timeout: number, clock: Clock, waiting: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
    const cancel = clock.after(timeout, late);
    waiting.then(resolve, reject).finally(cancel);
  });
}

function codeOf(error: unknown): string {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  // Node.js tries each address of a name, and gathers why none of them accepted.
  if (Array.isArray(errors) && errors.length > 0 && typeof code !== 'string') return codeOf(errors[0]);
  return typeof code === 'string' ? code : 'EUNKNOWN';
}
