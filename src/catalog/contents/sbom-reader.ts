// SBOMs are read in a thread beside the event loop: one of 32 MiB takes seconds. Facilities take turns.
import { fileURLToPath } from 'node:url';
import type { Component } from '../../components/component.ts';
import type { AttachmentLayer } from '../../model/attachment.ts';
import type { PackedNodes } from '../../model/packed-nodes.ts';
import { createThreadInTurns, TooMuch } from '../../model/thread-in-turns.ts';
import { unpack } from '../../sources/parsed.ts';
import type { FoundSbom, FoundSboms } from './read-sboms.ts';

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../../dist/catalog/contents/read-worker.js', import.meta.url));

/** Milliseconds for one attachment: what takes longer is not read. */
const DEADLINE = 60_000;

/** What is to be read: layers of one attachment, and the digests of the image and its platforms. */
export interface ReadTask {
  readonly layers: readonly Pick<AttachmentLayer, 'mediaType' | 'bytes'>[];
  readonly subjects: readonly string[];
}

/** As it comes from the thread. */
export interface PackedSboms extends Omit<FoundSboms, 'sboms'> {
  readonly sboms: readonly (Omit<FoundSbom, 'components'> & { readonly components: PackedNodes })[];
}

export interface SbomReader {
  /**
   * The SBOMs of the layers, as `readSboms` finds them; null: to read them takes too much, whoever asks. Rejects with the
   * signal's reason once it aborts, and with the error of a thread that does not start or dies otherwise: then nothing is known.
   */
  read(facility: string, task: ReadTask, signal: AbortSignal): Promise<FoundSboms | null>;
  /** Ends the thread. Never rejects. */
  close(): Promise<void>;
}

/**
 * A reader of SBOMs with one thread for all facilities, which starts with the first task and ends when it idles for 5 seconds.
 * One attachment may take 60 seconds and 1 GiB of memory: what takes more is not read (null). What its methods reject with is
 * at {@link SbomReader}; where panfed was not built, in dist/, `read` rejects.
 */
export function createSbomReader(): SbomReader {
  const thread = createThreadInTurns<ReadTask, PackedSboms>({
    ...{ what: 'SBOMs', file: WORKER, megabytes: 1_024, milliseconds: DEADLINE },
  });

  return {
    read: (facility, task, signal) =>
      thread.inTurn(facility, signal, async (attempt) => {
        try {
          return await unpacked(await attempt(task));
        } catch (error) {
          if (error instanceof TooMuch) return null;
          throw error;
        }
      }),
    close: thread.close,
  };
}

async function unpacked({ sboms, isWhole }: PackedSboms): Promise<FoundSboms> {
  const found: FoundSbom[] = [];
  for (const { components, ...sbom } of sboms) {
    const nodes = (await unpack(components)) as readonly (readonly Component[])[];
    found.push({ ...sbom, components: nodes.flat() });
  }
  return { sboms: found, isWhole };
}
