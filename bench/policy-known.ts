// A subject that was seen before: a filter, a count, five facets and a page, as one question.
import type { Federation } from '../src/federation.ts';
import type { Caller } from '../src/model/subject.ts';
import { NEVER } from './never.ts';
import { type Spread, spreadOf } from './spread.ts';

/** All of it as the gateway answers it, HTTP and JSON left out: GraphQL, discovery, and the verdict that is kept. */
const QUESTION = `query Known {
  images(first: 20, only: { sharing: [OPEN, CONDITIONAL], engines: ["apptainer"] }) {
    totalCount
    facets(fields: [FACILITY, FRAMEWORK, TECHNIQUE, LICENSE, TRUST], first: 20) { field values { value count } }
    nodes { id title facility { id } access { discover pull execute } }
  }
}`;

export interface KnownFigures {
  readonly milliseconds: Spread;
  /** Images that the filter leaves. */
  readonly images: number;
}

/** The first of them are not counted: code is compiled then. */
const UNCOUNTED = 20;

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
