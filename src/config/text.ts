// The texts that federation.yaml is made of: ids, scopes, group URNs, URLs and pull prefixes, each with its own syntax.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { canonicalGroup, canonicalNamespace } from '../model/group.ts';
import { isSecureUrl, parseUrl } from './url.ts';

/** Ids of facilities and keys of registries: they become part of image ids, file names and Rego packages. */
export const KEY = /^[a-z][a-z0-9-]{0,31}$/;

/** An id of a facility or a key of a registry, as {@link KEY} has it. */
export const keySchema = z
  .string()
  .regex(KEY, 'expected a small letter, then up to 31 small letters, digits or hyphens');

/** A name that people read: 1 to 256 characters. */
export const nameSchema = z.string().min(1).max(256);

/** A path; a relative one starts at the folder of federation.yaml. */
export const pathSchema = z.string().min(1).max(4_096);

/** The part after `@` of eduPersonScopedAffiliation: a domain, compared in lower case. */
export const scopeSchema = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/,
    'expected a domain such as esrf.eu',
  )
  .transform((scope) => scope.toLowerCase());

/** An AARC-G069 group URN; the result is in canonical form. */
export const groupSchema = z
  .string()
  .max(BOUNDS.group)
  .refine((text) => canonicalGroup(text) !== null, {
    error: 'expected an AARC-G069 group such as urn:geant:esrf.eu:group:em',
  })
  .transform((text) => canonicalGroup(text) ?? text);

/** An AARC-G069 namespace; the result is in canonical form. */
export const namespaceSchema = z
  .string()
  .max(BOUNDS.group)
  .refine((text) => canonicalNamespace(text) !== null, {
    error: 'expected an AARC-G069 namespace such as urn:geant:esrf.eu',
  })
  .transform((text) => canonicalNamespace(text) ?? text);

/** An http or https URL without credentials and fragment. */
export const webUrlSchema = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .max(2_048)
  .refine((text) => !hasCredentials(text), { error: 'a URL must not carry credentials' })
  .refine((text) => !text.includes('#'), { error: 'a URL must not have a fragment here' });

/** https, or http to this machine: for URLs whose answers decide which tokens and signatures are trusted. */
export const secureUrlSchema = webUrlSchema.refine(isSecureUrl, {
  error: 'plain http is allowed to loopback only: use https',
});

/** A component of a host begins and ends with a letter or digit: a command would read a leading hyphen as an option. */
const PULL =
  /^(?<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\])(?::(?<port>[0-9]{1,5}))?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Where container engines pull from: host[:port][/prefix], as the OCI distribution specification and Docker read it.
 */
export const pullSchema = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => isPullPrefix(text), {
    error: 'expected host[:port][/prefix] without a scheme, such as registry.esrf.eu/science',
  });

/** An address to listen on, host:port; an IPv6 one in brackets, port 0 for a free one. {@link listenOf} reads it. */
export const listenSchema = z
  .string()
  .max(256)
  .refine((text) => listenOf(text) !== null, {
    error: 'expected an address and a port, such as 127.0.0.1:9464 or [::1]:9464',
  });

/** The host, without brackets, and the port (0 to 65535) of an address to listen on; null where the text is not one. */
export function listenOf(text: string): { readonly host: string; readonly port: number } | null {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[\w.-]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return null;
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function isPullPrefix(text: string): boolean {
  const parts = PULL.exec(text)?.groups;
  if (parts === undefined) return false;
  const host = parts.host ?? '';
  // Engines take a first component without a dot or a port for a repository of their default registry.
  const unambiguous = host === 'localhost' || /[.:]/.test(host) || parts.port !== undefined;
  return unambiguous && (parts.port === undefined || Number(parts.port) <= 65_535);
}

function hasCredentials(text: string): boolean {
  const url = parseUrl(text);
  return url !== null && (url.username !== '' || url.password !== '');
}
