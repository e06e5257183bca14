// A known subject: a filter, a count, five facets and a page, in one query.
import type { Federation } from '../src/federation.ts';
import type { Caller } from '../src/model/subject.ts';
import { NEVER } from './never.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Everything but HTTP and JSON is measured: GraphQL, discovery, and the cached verdict. */
const QUESTION = `query Known {
  images(first: 20, only: { sharing: [OPEN, CONDITIONAL], engines: ["apptainer"] }) {
    totalCount
    facets(fields: [FACILITY, FRAMEWORK, TECHNIQUE, LICENSE, TRUST], first: 20) { field values { value count } }
    nodes { id title facility { id } access { discover pull execute } }
  }
}`;

export interface KnownFigures {
  readonly milliseconds: Spread;
  /** Number of images that pass the filter. */
  readonly images: number;
}

/** The first runs are not counted, since code is compiled during them. */
const UNCOUNTED = 20;

/** Milliseconds of the query for one known caller, over so many runs. Rejects with the first error of an answer. */
export async function askKnown(federation: Federation, caller: Caller, times: number): Promise<KnownFigures> {
  const took: number[] = [];
  let images = 0;
  for (let time = -UNCOUNTED; time < times; time += 1) {
    const begun = performance.now();
    const { data, errors } = await federation.gateway.ask(QUESTION, {}, { caller, ended: NEVER });
    if (time >= 0) took.push(performance.now() - begun);
    if (errors[0] !== undefined) throw errors[0];
    images = (data as { images: { totalCount: number } }).images.totalCount;
  }
  return { milliseconds: spreadOf(took), images };
}
