// What the policy builder tells of each facility's source as it goes on, for people and for programs: one line each.

import { type PolicyProblem, placeOf } from '../../authoring/problem.ts';
import { FederationError } from '../../model/errors.ts';
import { inert, inertJson } from '../../model/inert.ts';
import { sizeText } from '../../model/size.ts';
import { numbered } from '../terminal/numbered.ts';
import type { Output, Style } from '../terminal/output.ts';

/** Why something was not taken. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
  readonly hint: string | null;
}

type Told =
  /** An archive came. */
  | { readonly event: 'fetched'; readonly bytes: number }
  /** It was verified, built and tested, and is kept. */
  | {
      readonly event: 'built';
      readonly version: number;
      readonly signer: string;
      readonly revision: string;
      readonly tests: number;
      readonly warnings: readonly PolicyProblem[];
    }
  /** It is what is kept already; of this version and signer. */
  | { readonly event: 'unchanged'; readonly version: number | null; readonly signer: string | null }
  /** It may not come into force: what is kept stays. */
  | ({ readonly event: 'refused'; readonly problems: unknown; readonly tests: unknown } & Failure)
  /** The source cannot be asked at the moment. */
  | ({ readonly event: 'unavailable' } & Failure)
  /** It can again. */
  | { readonly event: 'available' }
  /** Not for what came, but for where it is built or kept. */
  | ({ readonly event: 'failed' } & Failure);

export type BuilderEvent = Told & { readonly facility: string };

/** As `refused`, `unavailable` or `failed`, by its code. */
export function failureEvent(facility: string, error: unknown): BuilderEvent {
  if (!(error instanceof FederationError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { event: 'failed', facility, code: 'INTERNAL', message, at: null, hint: null };
  }
  const { code, message, at = null, hint = null, extensions } = error;
  const failure = { facility, code, message, at, hint };
  if (error.entry.exit === 5) return { event: 'unavailable', ...failure };
  if (!code.startsWith('POLICY_') || code === 'POLICY_STATE_INVALID') return { event: 'failed', ...failure };
  const { problems = [], tests = [] } = extensions ?? {};
  return { event: 'refused', ...failure, problems, tests };
}

/** A line of NDJSON, with the time (RFC 3339) first. */
export function eventJson(event: BuilderEvent, now: Date): string {
  return `${inertJson(JSON.stringify({ time: now.toISOString(), ...event }))}\n`;
}

/** A line for people. */
export function eventLine(event: BuilderEvent, output: Output): string {
  const style = STYLES[event.event];
  const name = style === undefined ? event.event : output.style(style, event.event);
  return `${inert(event.facility)}: ${name}${inert(restOf(event))}\n`;
}

const STYLES: Partial<Record<BuilderEvent['event'], Style>> = {
  built: 'green',
  refused: 'red',
  unavailable: 'yellow',
  failed: 'red',
};

function restOf(event: BuilderEvent): string {
  switch (event.event) {
    case 'fetched':
      return `, ${sizeText(event.bytes)}`;
    case 'built': {
      const { version, signer, revision, tests, warnings } = event;
      const places = warnings.map((problem) => `${placeOf(problem)} ${problem.check}`).join(', ');
      const misleading = places === '' ? '' : `; ${numbered(warnings.length, 'warning')}: ${places}`;
      return `, version ${version} of ${signer}, ${numbered(tests, 'test')} passed, revision ${revision}${misleading}`;
    }
    case 'unchanged':
      return event.version === null ? '' : `, version ${event.version} of ${event.signer} is kept already`;
    case 'available':
      return '';
    case 'refused':
    case 'unavailable':
    case 'failed': {
      const at = event.at === null ? '' : ` (${event.at})`;
      return `, ${event.code}: ${event.message}${at}${event.hint === null ? '' : `; hint: ${event.hint}`}`;
    }
  }
}
