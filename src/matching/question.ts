// What a person asks of matching: their data, and what the job may take.

/** null: not asked. */
export interface Question {
  /** The format of the data: an id of the vocabulary. */
  readonly format: string | null;
  /** The technique of the data: an id of the vocabulary. */
  readonly technique: string | null;
  /** The id of the facility where the data are. */
  readonly facility: string | null;
  /** Processor cores. */
  readonly cpus: number | null;
  /** Bytes. */
  readonly memory: number | null;
  /** Seconds that the job may take. */
  readonly time: number | null;
}

/** Nothing is asked. */
export const NO_QUESTION: Question = Object.freeze({
  format: null,
  technique: null,
  facility: null,
  cpus: null,
  memory: null,
  time: null,
});
