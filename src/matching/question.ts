// What a person asks of matching: their data, and what the job may take.

/** null: not asked. */
export interface Question {
  /** Formats of the data, as ids of the vocabulary: they have any of them. Empty: not asked; null: asked about, and not known. */
  readonly formats: readonly string[] | null;
  /** Techniques of the data, likewise. */
  readonly techniques: readonly string[] | null;
  /** The id of the facility where the data are. */
  readonly facility: string | null;
  /** Bytes of the data. */
  readonly size: number | null;
  /** The folder where the data are, as a data catalog has it. */
  readonly path: string | null;
  /** Processor cores. */
  readonly cpus: number | null;
  /** Bytes. */
  readonly memory: number | null;
  /** Seconds that the job may take. */
  readonly time: number | null;
}

/** Nothing is asked. */
export const NO_QUESTION: Question = Object.freeze({
  formats: [],
  techniques: [],
  facility: null,
  size: null,
  path: null,
  cpus: null,
  memory: null,
  time: null,
});
