// Entries of the decision log, in the format of OPA's own (`EventV1`), as far as it has a field for what is reported here.
// One entry is what one module decided about one class of records, or how often one verdict was used.

import { randomUUID } from 'node:crypto';
import type { WallClock } from '../../model/clock.ts';
import { isObject } from '../../model/json-object.ts';
import { FAILED_DECISION, POLICY_FAILED } from '../decisions/failures.ts';
import type { DecidedClasses, JudgedSnapshot } from './log.ts';
import type { Mask } from './mask.ts';

/** Entries that become text when they are written, and not while a request waits for its answer. */
export interface Batch {
  readonly size: number;
  /** Bytes of all entries, estimated. */
  readonly bytes: number;
  /** The entry as JSON, on one line. */
  entry(index: number): string;
}

export interface EntryContext {
  /** Labels of every entry: they identify this gateway. */
  readonly labels: Readonly<Record<string, string>>;
  readonly mask: Mask;
  readonly clock: WallClock;
}

/** The number of times that a verdict was used. */
export interface Use {
  readonly judged: JudgedSnapshot;
  /** Time of the first of these uses, in milliseconds since the epoch. */
  readonly since: number;
  readonly count: number;
}

/** The path of entries for uses; it belongs to no policy. */
export const VERDICT_PATH = 'panfed/verdict';

/** Bytes of an entry beside its content: names, ids, times. */
const FRAME_BYTES = 768;

/**
 * One entry for each class that a module decided about, in OPA's `EventV1`; an answer that failed has an `error`.
 * `milliseconds`: how long the batch took. `bytes` is an estimate, and an entry's text is made when it is asked for;
 * `entry` throws a SyntaxError where a record, a projection or an answer is not JSON.
 */
export function decidedBatch(
  { module, projection, records, answers, milliseconds }: DecidedClasses,
  context: EntryContext,
): Batch {
  const frame = {
    labels: context.labels,
    batch_decision_id: randomUUID(),
    bundles: { [module.owner]: { revision: module.revision } },
    path: module.compiled.entrypoint,
    timestamp: new Date(context.clock.wall()).toISOString(),
    metrics: {
      timer_panfed_batch_ns: Math.round(milliseconds * 1e6),
      counter_panfed_batch_classes: records.length,
    },
  };
  const subjectBytes = projection.subject.length + projection.request.length + FRAME_BYTES;
  let [subject, request]: unknown[] = [];
  return {
    size: records.length,
    bytes:
      lengthOf(records) +
      lengthOf(answers.filter((answer) => typeof answer === 'string')) +
      subjectBytes * records.length,
    entry(index) {
      subject ??= JSON.parse(projection.subject);
      request ??= JSON.parse(projection.request);
      const answer = answers[index];
      const input = { record: JSON.parse(records[index] ?? 'null'), subject, request };
      const result = typeof answer === 'string' ? JSON.parse(answer) : FAILED_DECISION;
      return JSON.stringify({
        decision_id: randomUUID(),
        ...frame,
        ...context.mask({ input, result }),
        ...(typeof answer !== 'string' && { error: { code: POLICY_FAILED, message: answer?.failure } }),
      });
    },
  };
}

/**
 * One entry for each use, in their order, in OPA's `EventV1`; `custom.since` is RFC 3339. `bytes` is an estimate, and
 * an entry's text is made when it is asked for: empty for an index that no use has. `entry` throws a SyntaxError where
 * a projection is not JSON.
 */
export function usesBatch(uses: readonly Use[], context: EntryContext): Batch {
  const timestamp = new Date(context.clock.wall()).toISOString();
  return {
    size: uses.length,
    bytes: uses.reduce((sum, { judged }) => sum + useBytes(judged), 0),
    entry(index) {
      const use = uses[index];
      return use === undefined ? '' : useEntry(use, timestamp, context);
    },
  };
}

/**
 * Bytes of the entry for a verdict's uses, estimated: 768, and the UTF-16 units of what each module read of the subject
 * and the request.
 */
export function useBytes({ modules }: JudgedSnapshot): number {
  return modules.reduce(
    (sum, { judged }) => sum + (judged?.subject.length ?? 0) + (judged?.request.length ?? 0),
    FRAME_BYTES,
  );
}

function useEntry({ judged, since, count }: Use, timestamp: string, { labels, mask }: EntryContext): string {
  const { facility, registry, generation, records, discover, pull, execute, modules } = judged;
  // All modules read parts of one subject and request, so that common parts are equal, except for the time: the
  // shortest bucket comes last, and is logged.
  const subjects = modules
    .flatMap(({ judged: by }) => by ?? [])
    .sort((a, b) => (b.until ?? Number.MAX_VALUE) - (a.until ?? Number.MAX_VALUE));
  const read = (part: 'subject' | 'request') =>
    subjects.map((projection) => JSON.parse(projection[part])).reduce(joined, {});
  const input = { facility, registry, generation, subject: read('subject'), request: read('request') };
  return JSON.stringify({
    decision_id: randomUUID(),
    labels,
    bundles: Object.fromEntries(
      modules.map(({ owner, judged: by }) => [owner, by === null ? {} : { revision: by.revision }]),
    ),
    path: VERDICT_PATH,
    timestamp,
    metrics: { counter_panfed_uses: count },
    custom: { since: new Date(since).toISOString() },
    ...mask({ input, result: { records, discover, pull, execute } }),
  });
}

function joined(one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return other === undefined ? one : other;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(Array.from(names, (name) => [name, joined(one[name], other[name])]));
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
