// What a data catalog states of a data set, before the vocabulary says what it means: one shape for all protocols.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { cleanLine } from '../model/clean-text.ts';
import { isSamePid, parsePid } from '../model/pid.ts';

export interface StatedDataSet {
  /** As the catalog writes it; null: it did not say. */
  readonly pid: string | null;
  /** Each with the texts that name it, the most exact first. */
  readonly techniques: readonly (readonly string[])[];
  /** The format as the catalog writes it; null: it did not say. */
  readonly format: string | null;
  /** Names of its files; null: not known. */
  readonly files: StatedFiles | null;
  /** Bytes; null: it did not say. */
  readonly size: number | null;
  readonly path: string | null;
  readonly documents: readonly string[];
}

export interface StatedFiles {
  readonly names: readonly string[];
  /** Whether these are all. */
  readonly isComplete: boolean;
}

/** Names of files that could not be read at all, for there are too many. */
export const TOO_MANY_FILES: StatedFiles = Object.freeze({ names: [], isComplete: false });

/** Files whose names are read; with more of them the format is not known. */
export const MAX_FILES = 500;
/** Data sets of a document that are read. */
export const MAX_DATA_SETS = 1_000;
/** UTF-16 units of a folder. */
const MAX_PATH = 4_096;

/** Inert, within bounds; null for what is empty or left out. */
const line = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((text) => (text == null ? null : cleanLine(text)));

export const nameSchema = line(BOUNDS.url);

/** A folder, to the character: one that is made inert would be another; null for what is not inert, empty or left out. */
export const pathSchema = z
  .string()
  .max(MAX_PATH)
  .nullish()
  .transform((path) => (path == null || cleanLine(path) !== path ? null : path));

/** Whole bytes from 0; null for what is left out. */
export const sizeSchema = z
  .number()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .nullish()
  .transform((size) => (size == null ? null : Math.round(size)));

/** Techniques as PaNOSC, SciCat and ICAT have them: the texts that name each. */
export const techniqueSchema = z
  .object({ panetId: nameSchema, pid: nameSchema, name: nameSchema })
  .transform(({ panetId, pid, name }) => [panetId, pid, name].filter((text) => text !== null));

export const techniquesSchema = z
  .array(techniqueSchema)
  .max(BOUNDS.techniques)
  .nullish()
  .transform((techniques) => techniques ?? []);

/** Whether a PID as a catalog writes it is the one that was asked for: a server may not know a filter, and answer all. */
export const isOf = (stated: string | null, pid: string): boolean =>
  stated !== null && isSamePid(parsePid(stated) ?? stated, pid);

/**
 * What is known of all data sets of a document together, of none nothing: their techniques, and the sum of their sizes, if all say
 * them. Only one alone has a format, files and a folder.
 */
export function together(all: readonly StatedDataSet[], document: string): StatedDataSet {
  const [only] = all;
  if (only !== undefined && all.length === 1) return { ...only, pid: null, documents: [document] };
  const sizes = all.map(({ size }) => size);
  return {
    ...{ pid: null, format: null, files: null, path: null, documents: [document] },
    // One that states none may be of another technique than the rest.
    techniques: all.every(({ techniques }) => techniques.length > 0)
      ? all.flatMap(({ techniques }) => techniques)
      : [],
    size:
      sizes.length > 0 && sizes.every((size) => size !== null)
        ? sizes.reduce((sum, size) => sum + size, 0)
        : null,
  };
}
