// What is inside the images of one registry: their SBOMs, read of what is attached to them, behind each check.
import { COMPONENT_BOUNDS } from '../../components/component-bounds.ts';
import type { SbomFormat } from '../../components/read-sbom.ts';
import type { Attachment } from '../../model/attachment.ts';
import type { ImageRecord } from '../../model/image.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { Source } from '../../sources/source.ts';
import type { Proof } from '../../trust/attachment.ts';
import type { Verifier } from '../../trust/verifier.ts';
import type { AttachmentWork, WorkOutcome } from '../attachment-work.ts';
import type { RegistryAddress } from '../ids.ts';
import type { RegistryTrust } from '../trust/registry-trust.ts';
import type { ContentsOfRegistry, ContentsTable, ImageSbom } from './contents.ts';
import { type FoundSbom, type FoundSboms, mayHoldSbom } from './read-sboms.ts';
import type { SbomReader } from './sbom-reader.ts';

export interface RegistryContentsOptions {
  readonly source: Pick<Source, 'attachments'>;
  readonly place: Pick<RegistryAddress, 'facility' | 'registry'>;
  readonly table: ContentsTable;
  readonly reader: Pick<SbomReader, 'read'>;
  readonly verifier: Pick<Verifier, 'verify'>;
  readonly trust: Pick<RegistryTrust, 'settings' | 'isProven'>;
}

export interface RegistryContents extends AttachmentWork, ContentsOfRegistry {
  /** Takes over which images there are, with what is attached to them. Never rejects. */
  load(records: readonly ImageRecord[]): Promise<void>;
}

/** SBOMs of one image: one a platform, by two or three tools. */
const MAX_SBOMS = 16;

/** What was read of one image. */
interface Known {
  /** Digests of the attachments that were read, or cannot be. */
  readonly read: ReadonlySet<string>;
  readonly sboms: readonly KnownSbom[];
  /** Digests of attachments of which something could not be read or kept. */
  readonly unread: ReadonlySet<string>;
}

interface KnownSbom {
  readonly digest: string;
  readonly format: SbomFormat;
  /** In which attachment it is. */
  readonly attachment: string;
  readonly subject: string;
  /** The proofs of the statement that has it. */
  readonly proofs: readonly Proof[];
}

/** The SBOMs of an attachment without layers. */
const NONE_FOUND: FoundSboms = { sboms: [], isWhole: true };

const NOTHING_READ: Known = { read: new Set(), sboms: [], unread: new Set() };

/**
 * What is inside the images of one registry, of which nothing is known yet. What is read is kept in memory: after a restart it
 * is read again of the documents in the store. At most {@link MAX_SBOMS} (16) SBOMs of an image are kept. A source without
 * attachments has nothing to read. Never throws; what its methods reject with is at {@link RegistryContents}.
 */
export function createRegistryContents(options: RegistryContentsOptions): RegistryContents {
  const { source, place, table, reader, verifier, trust } = options;
  /** By id, the images to which something is attached. */
  let known = new Map<string, Known>();

  async function load(records: readonly ImageRecord[]): Promise<void> {
    const present = new Map<string, Known>();
    await paced(records, preparing, (record) => {
      if (record.digest === null || record.attachments.listed.length === 0) return;
      present.set(record.id, stillAttached(known.get(record.id) ?? NOTHING_READ, record));
    });
    // What was read meanwhile is of images as they were: it is read again, of documents that are known.
    for (const [id, { sboms }] of known) {
      const kept = new Set(present.get(id)?.sboms.map(({ digest }) => digest));
      for (const { digest } of sboms) if (!kept.has(digest)) table.drop(digest, id);
    }
    known = present;
    await table.release();
  }

  const isPending = (record: ImageRecord): boolean =>
    source.attachments !== undefined && record.digest !== null && pendingOf(record).length > 0;

  function pendingOf({ id, attachments }: ImageRecord): readonly string[] {
    const { read } = known.get(id) ?? NOTHING_READ;
    return attachments.listed.flatMap(({ digest }) => (read.has(digest) ? [] : [digest]));
  }

  async function settle(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome> {
    const { repository, digest, upstreamId, id } = record;
    let outcome: WorkOutcome = 'SETTLED';
    if (source.attachments === undefined || digest === null) return outcome;
    for (const one of pendingOf(record)) {
      if ((known.get(id)?.sboms.length ?? 0) >= MAX_SBOMS) {
        note(id, one, [], false);
        continue;
      }
      const fetched = await source.attachments(
        {
          ...{ repository, digest, upstreamId, attachments: [one] },
          maxBytes: COMPONENT_BOUNDS.documentBytes,
          isWanted: mayHoldSbom,
        },
        signal,
      );
      const attachment = fetched.get(one);
      if (attachment === undefined) outcome = 'DOUBTED';
      else if (attachment === null) note(id, one, [], true);
      else await read(record, digest, attachment, signal);
    }
    return outcome;
  }

  async function read(
    record: ImageRecord,
    digest: string,
    attachment: Attachment,
    signal: AbortSignal,
  ): Promise<void> {
    const layers = attachment.layers.filter(({ mediaType }) => mayHoldSbom(mediaType));
    const subjects = [...new Set([digest, ...record.manifests.map((manifest) => manifest.digest)])];
    const found =
      layers.length === 0 ? NONE_FOUND : await reader.read(place.facility, { layers, subjects }, signal);
    const pinned: string[] = [];
    try {
      const sboms: KnownSbom[] = [];
      let isWhole = found?.isWhole === true && attachment.isPartial !== true;
      for (const sbom of found?.sboms ?? []) {
        table.pin(sbom.digest);
        pinned.push(sbom.digest);
        if (await table.lists.add(sbom.digest, sbom.components, sbom.truncated, place.facility)) {
          const proofs = await proofsOf(sbom, { ...attachment, layers }, signal);
          const { digest: list, format, subject } = sbom;
          sboms.push({ digest: list, format, attachment: attachment.digest, subject, proofs });
        } else {
          isWhole = false;
        }
      }
      note(record.id, attachment.digest, sboms, isWhole);
    } finally {
      for (const one of pinned) table.unpin(one);
    }
  }

  /** The proofs of the layer alone that has the SBOM: another one of the attachment proves nothing of it. */
  async function proofsOf(
    { layer, isStated, subject }: FoundSbom,
    { layers, ...attachment }: Attachment,
    signal: AbortSignal,
  ): Promise<readonly Proof[]> {
    const { material, hash } = trust.settings;
    const own = layers[layer];
    if (!isStated || hash === '' || own === undefined) return [];
    const attachments = [{ ...attachment, layers: [own] }];
    const [facts] = await verifier.verify(place.facility, { subject, attachments, material, hash }, signal);
    return facts?.proofs.filter(({ statement }) => statement.kind === 'other') ?? [];
  }

  function note(id: string, attachment: string, sboms: readonly KnownSbom[], isWhole: boolean): void {
    const before = known.get(id);
    // The image is gone meanwhile.
    if (before === undefined) return;
    const room = Math.max(0, MAX_SBOMS - before.sboms.length);
    const taken = sboms.slice(0, room);
    known.set(id, {
      read: new Set(before.read).add(attachment),
      sboms: [...before.sboms, ...taken],
      unread:
        isWhole && taken.length === sboms.length ? before.unread : new Set(before.unread).add(attachment),
    });
    for (const { digest } of taken) table.hold(digest, id);
  }

  const contents: RegistryContents = {
    load,
    isPending,
    settle,
    changesAt: () => null,
    flush: async () => {},
    of(record) {
      const { sboms, unread } = known.get(record.id) ?? NOTHING_READ;
      const shown = new Map<string, ImageSbom>();
      for (const { digest, format, attachment, subject, proofs } of [...sboms].sort(byDigest)) {
        // One document may be attached twice: somebody may sign it once more.
        if (shown.get(digest)?.isVerified) continue;
        const platform = subject === record.digest ? null : platformOf(record, subject);
        shown.set(digest, {
          digest,
          format,
          platform,
          isVerified: trust.isProven(record, attachment, proofs),
        });
      }
      return {
        sboms: [...shown.values()],
        isWhole: unread.size === 0 && record.attachments.doubtedSince === null && !isPending(record),
      };
    },
  };
  table.register(place.facility, place.registry, contents);
  return contents;
}

function stillAttached(before: Known, { attachments }: ImageRecord): Known {
  const listed = new Set(attachments.listed.map(({ digest }) => digest));
  const kept = (digests: ReadonlySet<string>) => new Set([...digests].filter((one) => listed.has(one)));
  return {
    read: kept(before.read),
    sboms: before.sboms.filter(({ attachment }) => listed.has(attachment)),
    unread: kept(before.unread),
  };
}

const platformOf = ({ manifests }: ImageRecord, subject: string): string | null =>
  manifests.find(({ digest }) => digest === subject)?.platform ?? null;

const byDigest = (a: KnownSbom, b: KnownSbom): number => (a.digest < b.digest ? -1 : 1);
