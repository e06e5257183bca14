// A server that answers as the API of DataGateway does (https://github.com/ral-facilities/datagateway-api, 53d3e48): filters in
// parameters of their own, 401 without a session, 403 for a session that is none, an empty list for what is withheld or not there.
import { type Asked, hasToken, type RecordingServer, startJsonServer } from './recording-server.ts';

type Row = Readonly<Record<string, unknown>>;

export interface IcatRows {
  readonly datasets?: readonly Row[];
  readonly investigations?: readonly Row[];
  readonly datafiles?: readonly Row[];
}

/** The session that may see what the server has. */
export const SESSION = '2d1c7a54-6f4b-4f0e-8d53-3a1f0f0a2c11';

/** The server; its API is below `/datagateway-api`. */
export const startIcatServer = (rows: IcatRows): Promise<RecordingServer> =>
  startJsonServer((asked) => {
    if (asked.headers.authorization === undefined)
      return { status: 401, body: { detail: 'No credentials provided in auth header' } };
    if (!hasToken(asked, SESSION)) return { status: 403, body: { detail: 'Unable to find session' } };
    const entity = asked.path.replace('/datagateway-api/', '') as keyof IcatRows;
    const all = rows[entity];
    if (all === undefined) return { status: 404, body: { detail: 'Not Found' } };
    const { limit } = asked.parameters as { readonly limit?: number };
    return { body: all.filter((row) => matches(row, asked)).slice(0, limit) };
  });

function matches(row: Row, { parameters }: Asked): boolean {
  const where = parameters.where as Readonly<Record<string, { readonly eq: unknown }>>;
  return Object.entries(where).every(([path, { eq }]) => {
    const value = path.split('.').reduce<unknown>((at, name) => (at as Row | undefined)?.[name], row);
    return value === eq;
  });
}
