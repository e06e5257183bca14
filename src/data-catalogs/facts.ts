// What the vocabulary makes of what a data catalog states: nothing is guessed, and what is not known has a notice.
import type { Notice } from '../discovery/connection.ts';
import type { DataSet } from '../model/data-set.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { StatedDataSet, StatedFiles } from './stated.ts';

type Formats = Pick<Vocabulary, 'format' | 'formatsOf' | 'narrowerFormats'>;

export interface Meaning {
  readonly pid: string;
  readonly facility: string;
  readonly vocabulary: Pick<Vocabulary, 'techniqueAt' | keyof Formats>;
}

export interface Facts {
  readonly dataSet: DataSet;
  readonly notices: readonly Notice[];
}

/** Texts of a catalog that a notice repeats. */
const MOST_SHOWN = 5;
const SHOWN_LENGTH = 80;
/** Characters of an ending that a vocabulary may have. */
const MAX_ENDING = 16;

/** The facts of a data set; `formats` and `techniques` are null, with a notice, where none that the vocabulary knows is stated. */
export function factsOf(stated: StatedDataSet, { pid, facility, vocabulary }: Meaning): Facts {
  const techniques = stated.techniques.map((texts) => {
    for (const text of texts) {
      const known = vocabulary.techniqueAt(facility, text);
      if (known !== null) return known.id;
    }
    return null;
  });
  const known = [...new Set(techniques.filter((id) => id !== null))];
  const unknown = stated.techniques.flatMap((texts, index) =>
    techniques[index] === null ? [texts.at(-1) ?? ''] : [],
  );
  const format = formatOf(stated, vocabulary);
  // Were one of several not known, images for it alone would be refused.
  const isKnown = known.length > 0 && unknown.length === 0;
  return {
    dataSet: {
      ...{ pid, facility, size: stated.size, path: stated.path, documents: stated.documents },
      formats: 'id' in format ? [format.id] : null,
      techniques: isKnown ? known : null,
    },
    notices: [
      ...(isKnown ? [] : [notice(techniqueMessage(unknown), unknown)]),
      ...('id' in format ? [] : [notice(format.why, format.texts)]),
    ],
  };
}

const techniqueMessage = (unknown: readonly string[]): string =>
  unknown.length === 0
    ? 'The data catalog does not say of which technique the data are.'
    : 'The data catalog names a technique that the vocabulary does not know, so that the technique of the data is not known.';

type FoundFormat = { readonly id: string } | { readonly why: string; readonly texts: readonly string[] };

function formatOf({ format, files }: StatedDataSet, vocabulary: Formats): FoundFormat {
  const stated = format === null ? null : vocabulary.format(format);
  if (stated !== null) return { id: stated.id };
  const byFiles = files === null ? null : formatOfFiles(files, vocabulary);
  if (byFiles !== null) return byFiles;
  return format === null
    ? { why: 'The data catalog does not say which format the data have.', texts: [] }
    : { why: 'The data catalog names a format that the vocabulary does not know.', texts: [format] };
}

/**
 * The format that all files have by those of their endings that the vocabulary knows: the only one, or the one which all others are
 * files of, as HDF5 for `.hdf5`; null where it knows none of the endings.
 */
function formatOfFiles({ names, isComplete }: StatedFiles, vocabulary: Formats): FoundFormat | null {
  if (!isComplete) return { why: 'There are too many files to read their format by their names.', texts: [] };
  const endings = new Set(names.flatMap((name) => endingOf(name) ?? []));
  const ids = [
    ...new Set([...endings].flatMap((ending) => vocabulary.formatsOf(`.${ending}`).map(({ id }) => id))),
  ];
  if (ids.length === 0) return null;
  const whole = ids.find((id) => {
    const within = vocabulary.narrowerFormats(id);
    return ids.every((one) => within.includes(one));
  });
  if (whole !== undefined) return { id: whole };
  return { why: 'The names of the files allow several formats: say which one.', texts: ids };
}

function endingOf(name: string): string | null {
  const [, ending] = /\.([A-Za-z0-9_+-]+)$/.exec(name) ?? [];
  return ending === undefined || ending.length > MAX_ENDING ? null : ending.toLowerCase();
}

const notice = (message: string, texts: readonly string[]): Notice => ({
  code: 'DATA_NOT_KNOWN',
  message,
  suggestions: texts.slice(0, MOST_SHOWN).map((text) => text.slice(0, SHOWN_LENGTH).toWellFormed()),
});
