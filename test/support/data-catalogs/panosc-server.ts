// A server that answers as the reference implementation of PaNOSC's search API does (https://github.com/panosc-eu/search-api, f7732f5:
// LoopBack 3 with its memory connector, and common/mixins), as far as data sets and documents are read.
import {
  type Answer,
  type Asked,
  hasToken,
  type RecordingServer,
  startJsonServer,
} from './recording-server.ts';

type Row = Readonly<Record<string, unknown>>;

export interface PanoscDataSet extends Row {
  readonly pid: string;
  readonly techniques?: readonly Row[];
  readonly files?: readonly Row[];
  /** The bearer token without which it is as not there. */
  readonly withheldWithout?: string;
}

export interface PanoscDocument extends Row {
  readonly pid: string;
  readonly datasets: readonly PanoscDataSet[];
}

interface Filter {
  readonly where?: Readonly<Record<string, unknown>> & { readonly or?: readonly Row[] };
  readonly include?: readonly Inclusion[];
  readonly limit?: number;
}

interface Inclusion {
  readonly relation: string;
  readonly scope?: Filter;
}

export interface PanoscOptions {
  readonly dataSets?: readonly PanoscDataSet[];
  readonly documents?: readonly PanoscDocument[];
  /** Whether a path matches a PID with its slash encoded: the reference does, DataGateway's search API does not. True unless said. */
  readonly matchesSlash?: boolean;
}

/** The server; its API is below `/api`. */
export const startPanoscServer = ({
  dataSets = [],
  documents = [],
  matchesSlash = true,
}: PanoscOptions): Promise<RecordingServer> =>
  startJsonServer((asked) => {
    const shown = (rows: readonly PanoscDataSet[]): readonly PanoscDataSet[] =>
      rows.filter(({ withheldWithout: token }) => token === undefined || hasToken(asked, token));
    const [, model, encoded, relation] =
      /^\/api\/([A-Za-z]+)(?:\/([^/]+))?(?:\/(files))?$/.exec(asked.path) ?? [];
    const filter = (asked.parameters.filter ?? {}) as Filter;
    const rows: readonly Row[] =
      model?.toLowerCase() === 'datasets'
        ? shown(dataSets)
        : documents.map((one) => ({ ...one, datasets: shown(one.datasets) }));
    if (encoded === undefined) return { body: found(rows, filter).map((row) => ({ ...row, score: 0 })) };
    const pid = decodeURIComponent(encoded);
    const row = matchesSlash || !pid.includes('/') ? rows.find((one) => one.pid === pid) : undefined;
    if (row === undefined) return notFound(model ?? '', pid);
    if (relation === undefined) return { body: included(row, filter.include) };
    return { body: limited((row.files ?? []) as readonly Row[], filter.limit) };
  });

const notFound = (model: string, pid: string): Answer => ({
  status: 404,
  body: {
    error: {
      ...{ statusCode: 404, name: 'Error', code: 'MODEL_NOT_FOUND' },
      message: `Unknown "${model.replace(/s$/, '')}" id "${pid}".`,
    },
  },
});

/** What `find` gives: parents without what a scope with `where` or `include` includes are left out. */
function found(rows: readonly Row[], { where = {}, include = [], limit }: Filter): readonly Row[] {
  const matching = limited(
    rows.filter((row) => matches(row, where)),
    limit,
  ).map((row) => included(row, include));
  const inner = include.filter(({ scope }) => scope?.where !== undefined || scope?.include !== undefined);
  return matching.filter((row) =>
    inner.every(({ relation }) => ((row[relation] ?? []) as readonly unknown[]).length > 0),
  );
}

/** 0 is no limit. */
const limited = (rows: readonly Row[], limit = 0): readonly Row[] =>
  limit === 0 ? rows : rows.slice(0, limit);

function matches(row: Row, where: NonNullable<Filter['where']>): boolean {
  if (where.or !== undefined) return where.or.some((one) => matches(row, one));
  return Object.entries(where).every(([name, value]) => row[name] === value);
}

/** A row without its relations but those that are included. */
function included(row: Row, include: readonly Inclusion[] = []): Row {
  const { techniques, files, datasets, withheldWithout, ...own } = row;
  const related: Row = { techniques, files, datasets };
  return {
    ...own,
    ...Object.fromEntries(
      include.map(({ relation, scope }) => [
        relation,
        ((related[relation] ?? []) as readonly Row[]).map((one) => included(one, scope?.include)),
      ]),
    ),
  };
}

export type { Asked };
