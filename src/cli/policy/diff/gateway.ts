// The catalog that a change of policy is tried on, from a running gateway: the images that the token's person may
// discover there, each as policies read it. The gateway shows that form to the admin and to a facility's policy author.

import type { OfflineCatalog, Unread } from '../../../authoring/diff/catalog.ts';
import { hashedSnapshot } from '../../../catalog/hashed-snapshot.ts';
import { PolicyDiffDocument, type PolicyDiffQuery } from '../../../graphql/generated/operations.ts';
import { SYSTEM_CLOCK } from '../../../model/clock.ts';
import { ERRORS, type ErrorCode, FederationError } from '../../../model/errors.ts';
import type { ImageRecord } from '../../../model/image.ts';
import { preparing } from '../../../model/pace.ts';
import { recordInput } from '../../../policy/decisions/input.ts';
import type { Gateway } from '../../gateway/client.ts';

/** Images of one page: the maximum of a gateway. */
const PAGE = 100;

type Page = PolicyDiffQuery['images'];
type Outcome = Page['sources'][number];
/** `record` is null where it is not for this token. */
type GatewayImage = Page['nodes'][number];

export interface GatewayCatalogOptions {
  /** Ids of the facilities whose images are read; all by default. */
  readonly facilities?: readonly string[];
  /** Ids of federation.yaml's facilities: images of others are not compared. */
  readonly known: readonly string[];
  /** Maximum number of images. */
  readonly max: number;
  /** Called after each page but the last with the images so far and the total. */
  readonly progress: (had: number, of: number) => void;
}

/**
 * Reads all pages, of 100 images, into one snapshot for each registry of which the gateway shows a record. In `unread` are
 * registries that fail on any page, with the gateway's code, those with records that are withheld from this token, with
 * FORBIDDEN, and those of a facility that is not `known`, with NOT_FOUND; one that fails or has records withheld may have a
 * snapshot of its other images as well. Rejects as {@link Gateway} says of `ask`, with FORBIDDEN if no record is left that
 * could be compared, also where there are no images or every registry failed, with SOURCE_MALFORMED if records are not as
 * this version reads them, or if the gateway says that there are more images and gives none, and with SOURCE_TOO_LARGE
 * beyond `max` images.
 */
export async function readGatewayCatalog(
  gateway: Gateway,
  { facilities, known, max, progress }: GatewayCatalogOptions,
): Promise<OfflineCatalog> {
  const only = facilities === undefined ? null : { facilities };
  const records = new Map<string, ImageRecord[]>();
  const withheld = new Set<string>();
  const foreign = new Set<string>();
  /** Failures on any page: images of earlier pages may be missing even if their registry has recovered since. */
  const failures = new Map<string, Unread>();
  let had = 0;
  for (let after: string | null = null; ; ) {
    const variables = { only, first: PAGE, after };
    const page: Page = (await gateway.ask(PolicyDiffDocument.toString(), variables)).data.images;
    for (const one of page.sources.flatMap(failed)) failures.set(one.registry, one);
    for (const image of page.nodes) {
      const name = `${image.facility.id}/${image.registry}`;
      if (!known.includes(image.facility.id)) foreign.add(name);
      else if (image.record === null) withheld.add(name);
      else {
        const of = records.get(name) ?? [];
        of.push(recordOf(image, image.record));
        records.set(name, of);
      }
    }
    had += page.nodes.length;
    if (had > max) {
      throw new FederationError('SOURCE_TOO_LARGE', `the gateway has more than ${max} images`, {
        hint: 'Raise limits.records if the federation is meant to be that large.',
      });
    }
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage) break;
    if (endCursor === null || endCursor === after || page.nodes.length === 0) {
      throw new FederationError(
        'SOURCE_MALFORMED',
        'the gateway says that there are more images, and gives none',
      );
    }
    progress(had, page.totalCount);
    after = endCursor;
  }
  if (records.size === 0) {
    const nothing = withheld.size > 0 ? 'no record as policies read it' : 'no image that could be compared';
    throw new FederationError('FORBIDDEN', `the gateway shows this token ${nothing}`, {
      hint: 'sign in as admin, or as author:<facility> of the facility that is compared',
    });
  }
  return {
    // The gateway has verified them.
    unverified: [],
    snapshots: await Promise.all([...records.values()].map(snapshotOf)),
    unread: [
      ...failures.values(),
      ...[...withheld].map((registry) =>
        failing(registry, 'FORBIDDEN', 'its records are not shown to this token'),
      ),
      ...[...foreign].map((registry) =>
        failing(registry, 'NOT_FOUND', 'the configuration has no such facility'),
      ),
    ],
  };
}

/** What no policy reads, and is not in the form that they read. */
const NOT_READ = { manifests: [], environment: [], droppedLabels: [] };

/** The record as policies read it. Every field must be there: without one it would be judged as something else. */
function recordOf(
  { id, digest, reference, tags, facility, registry }: GatewayImage,
  text: string,
): ImageRecord {
  const record = { ...NOT_READ, ...read(text), id, upstreamId: null, digest, reference, tags };
  if (facility.id === record.facility && registry === record.registry && isWhole(record, text)) return record;
  throw new FederationError(
    'SOURCE_MALFORMED',
    'the gateway writes records in another form than this version reads',
    {
      at: id,
      hint: 'use the panfed that the gateway runs',
    },
  );
}

/** A record has how it was built in its trust, and a policy beside it. */
function read(text: string): ImageRecord {
  try {
    const { provenance, trust, ...rest } = JSON.parse(text);
    return Object({ ...rest, trust: { ...trust, provenance } });
  } catch {
    return Object({});
  }
}

/** Stands for undefined, which JSON would leave out; no record has this value. */
const MISSING = { missing: true };

function isWhole(record: ImageRecord, text: string): boolean {
  try {
    return (
      JSON.stringify(recordInput(record), (_, value) => (value === undefined ? MISSING : value)) === text
    );
  } catch {
    return false;
  }
}

async function snapshotOf(records: readonly ImageRecord[]) {
  const [{ facility, registry }] = records as readonly [ImageRecord];
  const crawlResult = {
    generation: null,
    records: records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    quarantine: { listed: [], count: 0 },
    unmatchedRules: [],
    labelProblems: { count: 0, first: null },
    recording: null,
    unfinished: null,
    fault: undefined,
  };
  return (
    await hashedSnapshot(crawlResult, { facility, registry, pull: '' }, SYSTEM_CLOCK.wall(), null, preparing)
  ).snapshot;
}

function failed({ facility, registry, status, error }: Outcome): Unread[] {
  if (status === 'OK' || status === 'STALE' || status === 'SKIPPED') return [];
  const { code = 'SOURCE_UNAVAILABLE', message = 'the gateway has no records of it' } = error ?? {};
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'SOURCE_UNAVAILABLE';
  return [failing(`${facility.id}/${registry}`, known, message)];
}

const failing = (registry: string, code: ErrorCode, message: string): Unread => ({
  registry,
  failure: { code, message },
});
