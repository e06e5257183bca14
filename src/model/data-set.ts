// A data set as a facility's data catalog describes it, and what came of asking that catalog.
import type { SourceFailure } from './outcome.ts';
import { sizeText } from './size.ts';

/** The protocols of data catalogs: PaNOSC's search API, SciCat's, and that of ICAT's DataGateway. */
export const DATA_CATALOG_KINDS = ['panosc', 'scicat', 'icat'] as const;
export type DataCatalogKind = (typeof DATA_CATALOG_KINDS)[number];

/** The header of a request by which a caller gives a token for a data catalog, in lower case, as Node.js has names of headers. */
export const CATALOG_TOKEN_HEADER = 'x-data-catalog-authorization';

/** What is known of a data set. */
export interface DataSet {
  /** As {@link parsePid} gives it. */
  readonly pid: string;
  /** The id of the facility whose catalog has it. */
  readonly facility: string;
  /** Ids of the vocabulary: the data have any of them; null: not known. */
  readonly formats: readonly string[] | null;
  /** Ids of the vocabulary: the data are of any of them; null: not known. */
  readonly techniques: readonly string[] | null;
  /** Bytes; null: not known. */
  readonly size: number | null;
  /** The folder where its files are, as the catalog has it; null: not known. */
  readonly path: string | null;
  /** PIDs of the proposals and publications that it belongs to. */
  readonly documents: readonly string[];
}

/** NOT_FOUND: there is none by the PID that the caller may know of. */
export const DATA_CATALOG_STATUSES = ['OK', 'NOT_FOUND', 'TIMEOUT', 'ERROR'] as const;
export type DataCatalogStatus = (typeof DATA_CATALOG_STATUSES)[number];

/** What came of asking a data catalog: always data, never an exception that reaches an answer. */
export interface DataCatalogOutcome {
  readonly facility: string;
  readonly kind: DataCatalogKind;
  readonly status: DataCatalogStatus;
  /** null where it answered. */
  readonly error: SourceFailure | null;
  /** Milliseconds; null for NOT_FOUND: what is withheld may take another time than what is not there. */
  readonly tookMs: number | null;
}

interface Labelled {
  readonly label: string;
}

/** What is known of a data set, for people: its formats, its techniques and its size, a text each; not inert, empty for nothing. */
export function dataSetFacts({
  formats,
  techniques,
  size,
}: {
  readonly formats: readonly Labelled[] | null;
  readonly techniques: readonly Labelled[] | null;
  readonly size: number | null;
}): readonly string[] {
  const terms = [formats, techniques].map((known) => (known ?? []).map(({ label }) => label).join(' or '));
  return [...terms, size === null ? '' : sizeText(size)].filter((fact) => fact !== '');
}
