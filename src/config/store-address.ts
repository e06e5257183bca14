// The address of a PostgreSQL database, which says by itself where it is: none of PostgreSQL's own environment variables
// (PGHOST and its like) fills in what it lacks, for a gateway and the commands beside it might have different ones.
import { FederationError } from '../model/errors.ts';

export interface StoreAddress {
  /** The same with its port. It has the password. */
  readonly url: string;
  readonly user: string;
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

const PORT = 5_432;

/**
 * The parts of a URL of PostgreSQL (libpq’s connection URI), of which the parameters user, host and port go
 * before the others; the port is 5432 by default. null: it is none, or lacks a user, a host or a database.
 * Never throws. A port has at most five digits, and is not checked further.
 */
export function readStoreAddress(text: string): StoreAddress | null {
  if (!/^postgres(?:ql)?:\/\/[^#\s]+$/.test(text)) return null;
  try {
    // A user before no host is the address of a socket, whose folder is the parameter `host`; URL takes no such thing.
    const { username, hostname, port, pathname, searchParams } = new URL(text.replace('@/', '@socket/'));
    const isSocket = text.includes('@/');
    const user = searchParams.get('user') || decodeURIComponent(username);
    const host = searchParams.get('host') || (isSocket ? '' : decodeURIComponent(hostname));
    const database = decodeURI(pathname.slice(1));
    const stated = searchParams.get('port') || port;
    if (user === '' || host === '' || database === '' || !/^\d{0,5}$/.test(stated)) return null;
    const url = stated === '' ? `${text}${text.includes('?') ? '&' : '?'}port=${PORT}` : text;
    return { url, user, host, port: Number(stated || PORT), database };
  } catch {
    return null;
  }
}

/** As {@link readStoreAddress}; throws CONFIG_INVALID, without a word of the address, where that gives null. */
export function requireStoreAddress(text: string): StoreAddress {
  const address = readStoreAddress(text);
  if (address !== null) return address;
  throw new FederationError(
    'CONFIG_INVALID',
    'the address of the store is not a URL of PostgreSQL with a user, a host and a database',
    {
      at: 'store.postgres',
      hint: 'Write postgres://user:password@host:5432/database, with %-codes for characters of the password such as @, / and #.',
    },
  );
}
