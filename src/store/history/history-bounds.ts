// How much of tag history is kept. Each bound counts what is of one image alone, which a caller may know as a whole or not
// at all: so nothing that is hidden from somebody pushes out what they are shown. All images of a registry together are
// bounded by how many it has.

export interface HistoryBounds {
  /** Times that have ended, of all tags of one image; beyond them those that ended first go. */
  readonly ended: number;
  /**
   * Milliseconds for which the history of an image stays at most when its registry has it no more. It stays no longer than
   * the image was there: images that come and go leave, in the long run, no more than the images that stay.
   */
  readonly keptMs: number;
  /** Spans of the tags of one image that are read together; of more, those of images that the reader names. */
  readonly read: number;
}

/** Twice as many times as one image has tags, a quarter of a year, and what is read in some milliseconds. */
export const HISTORY_BOUNDS: HistoryBounds = { ended: 256, keptMs: 90 * 86_400_000, read: 1_000 };

/** Bytes of the text in one column of a row: more than any name of a repository, a tag, a digest or a MAC has. */
export const MAX_TEXT_BYTES = 4_096;

/** Rows that are read at a time, some milliseconds long. */
export const PAGE_ROWS = 2_000;
