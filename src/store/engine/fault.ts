// What the engines and the file system throw, as whoever runs the gateway needs it: what it is, and what to do. The one
// table of their codes: SQLite's names, SQLSTATE of PostgreSQL (appendix A of its manual), errno.
import { type ErrorCode, FederationError } from '../../model/errors.ts';
import { placeText } from '../place-text.ts';
import type { StorePlace } from './engine.ts';

interface Fault {
  readonly codes: RegExp;
  /** Both unless said. */
  readonly engine?: StorePlace['kind'];
  /** STORE_DAMAGED: no waiting mends it. STORE_UNAVAILABLE unless said. */
  readonly error?: Extract<ErrorCode, 'STORE_DAMAGED'>;
  /** The end of a sentence that begins with "The store cannot be used: ". */
  readonly what: string;
  readonly hint: string;
}

/** What to do about a file of SQLite with damaged pages. */
export const REPLACE_FILE =
  'Check the disk, and see `panfed store check`. Stop the gateway, put an export in the file’s place or remove the file, each time without the -wal and -shm beside it; without an export all is crawled anew, and tag history begins anew.';

const BY_ITSELF = 'The store is used again by itself.';

const FAULTS: readonly Fault[] = [
  {
    codes: /^(?:ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG|EACCES|EPERM)$/,
    engine: 'postgres',
    what: 'a file or socket that its address names is not there, or the gateway’s user may not open it',
    hint: 'Check `host`, if it is a folder, and the files `sslrootcert`, `sslcert` and `sslkey` in the address that `store.postgres` names.',
  },
  {
    codes: /^(?:SQLITE_FULL|ENOSPC|EDQUOT|53100)$/,
    what: 'its disk is full',
    hint: `Make room on the disk of the store. ${BY_ITSELF}`,
  },
  {
    // 3091, SQLITE_CONSTRAINT_DATATYPE, which the binding has no name for: a row has what no statement could put there.
    codes: /^(?:SQLITE_CORRUPT\w*|UNKNOWN_SQLITE_ERROR_3091)$/,
    error: 'STORE_DAMAGED',
    what: 'its file is damaged',
    hint: REPLACE_FILE,
  },
  {
    codes: /^SQLITE_NOTADB$/,
    error: 'STORE_DAMAGED',
    what: 'its file is not a database of SQLite, or its beginning is damaged',
    hint: `Check first that \`store.sqlite\` names the right file. ${REPLACE_FILE}`,
  },
  {
    codes: /^(?:XX00[12]|58P01)$/,
    error: 'STORE_DAMAGED',
    what: 'its tables are damaged',
    hint: 'Check the disk of PostgreSQL, and restore its database or give the gateway an empty one; then all is crawled anew, and tag history begins anew.',
  },
  {
    codes: /^(?:42P01|42703)$/,
    error: 'STORE_DAMAGED',
    what: 'its tables are not those that panfed made',
    hint: 'Give the gateway a database that nothing else uses, and restart it.',
  },
  {
    codes: /^(?:SQLITE_READONLY\w*|EROFS|25006)$/,
    what: 'it is read-only',
    hint: `Let the gateway’s user write it, its folder and the files beside it. ${BY_ITSELF}`,
  },
  {
    codes: /^(?:SQLITE_CANTOPEN\w*|SQLITE_PERM|EACCES|EPERM)$/,
    what: 'the gateway’s user may not open it',
    hint: `Give the file, its folder and the files beside it to that user, with \`chown\`. ${BY_ITSELF}`,
  },
  {
    codes: /^(?:ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG)$/,
    what: 'there can be no file at its path',
    hint: 'Name a file in a folder that is there, or can be made: `store: { sqlite: <path> }`.',
  },
  {
    codes: /^(?:SQLITE_IOERR\w*|EIO|EFBIG|EMFILE|ENFILE|58030)$/,
    what: 'its disk does not read or write',
    hint: `Check the disk, its mount, and the limits of the gateway’s user (\`ulimit -f\`, \`ulimit -n\`). ${BY_ITSELF}`,
  },
  {
    codes: /^(?:SQLITE_BUSY\w*|SQLITE_LOCKED\w*|57014|55P03|40P01|40001)$/,
    what: 'somebody else holds it for too long, or it is too slow',
    hint: `Look for another process or session that writes the store. ${BY_ITSELF}`,
  },
  {
    codes: /^(?:28\w{3}|3D000|3F000|42501)$/,
    what: 'PostgreSQL refuses the gateway’s user, its password or its database',
    hint: 'Check the address that `store.postgres` names, and that its user may create tables there.',
  },
  {
    codes: /^23503$/,
    what: 'somebody else removed meanwhile what was to be written to it, as `panfed store prune` does',
    hint: BY_ITSELF,
  },
  {
    codes: /^(?:08\w{3}|57P0\d|53300|ECONN\w+|E(?:HOST|NET)UNREACH|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/,
    what: 'PostgreSQL cannot be reached',
    hint: `Check that its server runs, takes connections, and can be reached from here. ${BY_ITSELF}`,
  },
];

/** Failures of PostgreSQL's client, which have no code. */
const WITHOUT_CODE: readonly (readonly [text: RegExp, code: string])[] = [
  [/^Query read timeout/, '57014'],
  [/^Connection terminated|timeout exceeded when trying to connect|timeout expired/, 'ECONNRESET'],
];

const UNKNOWN: Omit<Fault, 'codes'> = {
  what: 'it does not do what it is asked',
  hint: 'Look at the cause in the log of the gateway; see docs/operating.md.',
};

/**
 * What an engine throws, as the error of a store that cannot be used now; its text is in the cause, for the log. By its code
 * STORE_DAMAGED, which no waiting mends, else STORE_UNAVAILABLE, whatever it is; a FederationError is given as it is.
 */
export function faultOf(error: unknown, place: StorePlace): FederationError {
  if (error instanceof FederationError) return error;
  const code = codeOf(error);
  const { error: kind = 'STORE_UNAVAILABLE', what, hint } = faultFor(code, place) ?? UNKNOWN;
  return new FederationError(kind, `The store cannot be used: ${what}${code === null ? '' : ` (${code})`}.`, {
    at: placeText(place),
    hint,
    cause: error,
  });
}

function faultFor(code: string | null, place: StorePlace): Fault | undefined {
  if (code === null) return undefined;
  return FAULTS.find(({ codes, engine = place.kind }) => engine === place.kind && codes.test(code));
}

/** null: it has none, and none is known for it. */
function codeOf(error: unknown): string | null {
  const { code, message, errors } = error as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly errors?: readonly unknown[];
  };
  if (typeof code === 'string') return code;
  // A name with several addresses, none of which answers.
  if (errors?.[0] !== undefined) return codeOf(errors[0]);
  return WITHOUT_CODE.find(([text]) => text.test(String(message)))?.[1] ?? null;
}

/** A function for what rejects with an engine's failure, as its `catch`: throws it as {@link faultOf} gives it. */
export const rejectAsFault =
  (place: StorePlace) =>
  (error: unknown): never => {
    throw faultOf(error, place);
  };
