// SBOMs are read in a thread beside the event loop: one of 32 MiB takes seconds. Facilities take turns.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Component } from '../../components/component.ts';
import type { AttachmentLayer } from '../../model/attachment.ts';
import { createFairQueue } from '../../model/fair-queue.ts';
import type { PackedNodes } from '../../model/packed-nodes.ts';
import { unpack } from '../../sources/parsed.ts';
import type { FoundSbom } from './read-sboms.ts';

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
export interface PackedSbom extends Omit<FoundSbom, 'components'> {
  readonly components: PackedNodes;
}

export interface SbomReader {
  /**
   * The SBOMs of the layers, as `readSboms` finds them; null: they cannot be read, whoever asks. Rejects with the signal's
   * reason alone, once it aborts.
   */
  read(facility: string, task: ReadTask, signal: AbortSignal): Promise<readonly FoundSbom[] | null>;
  /** Ends the thread. Never rejects. */
  close(): Promise<void>;
}

/** One thread for all facilities, which starts with the first task and ends when it idles for 5 seconds. */
export function createSbomReader(): SbomReader {
  let thread: Piscina | null = null;
  const queue = createFairQueue({
    what: 'SBOMs',
    atOnce: 1,
    atOnceEach: 1,
    waitingEach: Number.POSITIVE_INFINITY,
    waiting: Number.POSITIVE_INFINITY,
    patience: null,
  });

  function started(): Piscina {
    if (thread !== null) return thread;
    thread = new Piscina({
      filename: WORKER,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 5_000,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1_024 },
    });
    // A worker that dies rejects its task: nothing is read of it.
    thread.on('error', () => {});
    return thread;
  }

  async function run(task: ReadTask, signal: AbortSignal): Promise<readonly FoundSbom[] | null> {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
      const packed = (await started().run(task, { signal: limit })) as readonly PackedSbom[];
      const sboms: FoundSbom[] = [];
      for (const { components, ...sbom } of packed) {
        const nodes = (await unpack(components)) as readonly (readonly Component[])[];
        sboms.push({ ...sbom, components: nodes.flat() });
      }
      return sboms;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  return {
    read: (facility, task, signal) => queue.run(facility, () => run(task, signal), signal),
    async close() {
      await thread?.destroy();
    },
  };
}
