// Which hosts a registry may send the gateway to: for tokens its own and those that federation.yaml names, for its
// bytes any public host over https.
import type { Reach } from '../connection.ts';
import { Realm } from './realm.ts';

/** What federation.yaml says of one registry's hosts. */
export interface RegistryHostsOptions {
  /** The registry's address; its origin counts. */
  readonly url: string | URL;
  /** Hosts (`host` or `host:port`) that give its tokens. */
  readonly realms: readonly string[];
  /** Hosts that keep its bytes, and may have private addresses. */
  readonly storage: readonly string[];
  /** The authorities of certificates of its own and the configured hosts; null: those of Node.js, as for all others. */
  readonly authorities: Reach['authorities'];
}

export interface RegistryHosts {
  /** The registry's own origin: scheme, host and port. */
  readonly origin: URL;
  /**
   * The realm of a challenge, or null where the registry may not send the gateway there. Allowed are its own origin,
   * its own host by https on its own port or 443, and the configured realms; never plain http for an https registry.
   */
  realm(text: string): Realm | null;
  /** A realm of these hosts' own origin, by its path, for the credential of `registry`, whose API they are. */
  ownRealm(path: string, registry: URL): Realm;
  /**
   * Where a redirect from `from` leads, or null where it is not followed. Allowed is https, and plain http where the
   * registry itself is plain http and the host is its own or configured; never an address with a user in it.
   */
  redirect(location: string, from: URL): URL | null;
  /** Configured hosts may have private addresses and certificates of the registry's own authorities; others neither. */
  reach(of: URL): Reach;
}

/**
 * The hosts of one registry; nothing is looked up. `url` is absolute. Entries of `realms` and `storage` that
 * are no host allow nothing; without any, tokens come from the registry's own host alone. `realm`, `redirect`
 * and `reach` never throw.
 */
export function createRegistryHosts({
  url,
  realms,
  storage,
  authorities,
}: RegistryHostsOptions): RegistryHosts {
  const origin = new URL(new URL(url).origin);
  const isOwn = (other: URL): boolean =>
    other.origin === origin.origin ||
    (other.protocol === 'https:' &&
      other.hostname === origin.hostname &&
      (other.port === '' || other.port === origin.port));
  const isConfigured = (other: URL): boolean => isOwn(other) || names(realms, other) || names(storage, other);
  const isNoDowngrade = (other: URL): boolean =>
    other.protocol === 'https:' || (other.protocol === 'http:' && origin.protocol === 'http:');
  return {
    origin,
    realm(text) {
      const realm = parsed(text);
      if (realm === null || !isNoDowngrade(realm)) return null;
      return isOwn(realm) || names(realms, realm) ? Realm.admitted(origin, realm) : null;
    },
    ownRealm: (path, registry) => Realm.admitted(registry, new URL(path, origin)),
    redirect(location, from) {
      const target = parsed(location, from);
      if (target === null || !isNoDowngrade(target)) return null;
      return target.protocol === 'https:' || isConfigured(target) ? target : null;
    },
    reach(of) {
      const configured = isConfigured(of);
      return { privateAddresses: configured, authorities: configured ? authorities : null };
    },
  };
}

/** Whether one of the entries `host` (on the scheme's own port) or `host:port` is the URL's. */
function names(entries: readonly string[], url: URL): boolean {
  return entries.some(
    (entry) =>
      URL.canParse(`${url.protocol}//${entry}`) && new URL(`${url.protocol}//${entry}`).host === url.host,
  );
}

/** An address without a user, without its fragment; null: it is none. */
function parsed(text: string, base?: URL): URL | null {
  if (!URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  if (url.username !== '' || url.password !== '') return null;
  url.hash = '';
  return url;
}
