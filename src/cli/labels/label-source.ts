// Where labels stand that are checked: a description file, a Dockerfile, what `docker inspect` prints, an image in a layout.
import type { Position } from '../../config/problem.ts';
import type { Labels } from '../../sources/labels/family.ts';

/** Something about a label that only its place shows. */
export interface LabelNote {
  readonly label: string;
  readonly message: string;
  readonly hint: string;
}

/** Labels of one image, with where each of them stands. */
export interface LabelSource {
  /** What it is called in a report: a file, with the image in it where there are several. */
  readonly name: string;
  /** Whether it is a description file: its places are in the JSON, else of the labels alone. */
  readonly isDescription: boolean;
  /** As `mapLabels` takes them: those that describe first, and those of its other levels. At least one. */
  readonly levels: readonly Labels[];
  readonly notes: readonly LabelNote[];
  /**
   * Where a label stands, or in a description the deepest part of the path that it has, its value or its key; null: not known.
   */
  place(label: string, path: readonly PropertyKey[], part: 'key' | 'value'): Position | null;
}

/** A text that is none of what is checked, with the position where it breaks off. */
export class Unparsed extends Error {
  override readonly name = 'Unparsed';
  readonly position: Position | null;

  constructor(message: string, position: Position | null) {
    super(message);
    this.position = position;
  }
}
