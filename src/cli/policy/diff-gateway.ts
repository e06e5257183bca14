// The catalog that a change of policy is tried on, from a running gateway: the images that the token's person may discover
// there, each as policies read it, which the gateway tells to the admin and to a facility's policy author.

import type { OfflineCatalog, Unread } from '../../authoring/diff-catalog.ts';
import { storeSnapshot } from '../../catalog/stored-snapshot.ts';
import { PolicyDiffDocument, type PolicyDiffQuery } from '../../graphql/generated/operations.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { ERRORS, type ErrorCode, FederationError } from '../../model/errors.ts';
import type { ImageRecord } from '../../model/image.ts';
import { preparing } from '../../model/pace.ts';
import { recordInput } from '../../policy/decisions/input.ts';
import type { Gateway } from '../gateway/client.ts';

/** Images a page: the most that a gateway answers. */
const PAGE = 100;

type Page = PolicyDiffQuery['images'];
type Outcome = Page['sources'][number];
/** `record` is null where it is not for this token. */
type Told = Page['nodes'][number];

export interface GatewayCatalogOptions {
  /** Ids of the facilities whose images are wanted; all unless named. */
  readonly facilities?: readonly string[];
  /** Those of federation.yaml: images of others are no part of the comparison. */
  readonly known: readonly string[];
  /** Records at the most. */
  readonly most: number;
  readonly progress: (had: number, of: number) => void;
}

/**
 * Rejects as {@link Gateway} does, with FORBIDDEN where it tells the token no record, and with SOURCE_MALFORMED where
 * records are not as this version reads them.
 */
export async function readGatewayCatalog(
  gateway: Gateway,
  { facilities, known, most, progress }: GatewayCatalogOptions,
): Promise<OfflineCatalog> {
  const only = facilities === undefined ? null : { facilities };
  const records = new Map<string, ImageRecord[]>();
  const untold = new Set<string>();
  const foreign = new Set<string>();
  /** On any page: images that came before it may be missing, though their registry has recovered since. */
  const failures = new Map<string, Unread>();
  let had = 0;
  for (let after: string | null = null; ; ) {
    const variables = { only, first: PAGE, after };
    const page: Page = (await gateway.ask(PolicyDiffDocument.toString(), variables)).data.images;
    for (const one of page.sources.flatMap(failed)) failures.set(one.registry, one);
    for (const told of page.nodes) {
      const name = `${told.facility.id}/${told.registry}`;
      if (!known.includes(told.facility.id)) foreign.add(name);
      else if (told.record === null) untold.add(name);
      else {
        const of = records.get(name) ?? [];
        of.push(recordOf(told, told.record));
        records.set(name, of);
      }
    }
    had += page.nodes.length;
    if (had > most) {
      throw new FederationError('SOURCE_TOO_LARGE', `the gateway has more than ${most} images`, {
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
    const nothing = untold.size > 0 ? 'no record as policies read it' : 'no image that could be compared';
    throw new FederationError('FORBIDDEN', `the gateway tells this token ${nothing}`, {
      hint: 'sign in as admin, or as author:<facility> of the facility that is compared',
    });
  }
  return {
    snapshots: await Promise.all([...records.values()].map(snapshotOf)),
    unread: [
      ...failures.values(),
      ...[...untold].map((registry) =>
        failing(registry, 'FORBIDDEN', 'its records are not told to this token'),
      ),
      ...[...foreign].map((registry) =>
        failing(registry, 'NOT_FOUND', 'the configuration has no such facility'),
      ),
    ],
  };
}

/** The record is as policies read it, field by field: were one missing, it would be judged as something else. */
function recordOf({ id, digest, reference, tags, facility, registry }: Told, text: string): ImageRecord {
  const record = { ...read(text), id, upstreamId: null, digest, reference, tags };
  if (facility.id === record.facility && registry === record.registry && isWhole(record, text)) return record;
  throw new FederationError(
    'SOURCE_MALFORMED',
    'the gateway tells records otherwise than this version reads them',
    {
      at: id,
      hint: 'use the panfed that the gateway runs',
    },
  );
}

function read(text: string): ImageRecord {
  try {
    return Object(JSON.parse(text));
  } catch {
    return Object({});
  }
}

/** JSON leaves out what is undefined; this is in no record. */
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
    fault: undefined,
  };
  return (
    await storeSnapshot(crawlResult, { facility, registry, pull: '' }, SYSTEM_CLOCK.wall(), null, preparing)
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
