// The events of the policy builder for each facility's source, as lines for people and for programs.

import { type PolicyProblem, placeOf } from '../../../authoring/source/problem.ts';
import { FederationError } from '../../../model/errors.ts';
import { inert, inertJson } from '../../../model/inert.ts';
import { sizeText } from '../../../model/size.ts';
import { numbered } from '../../terminal/numbered.ts';
import type { Output, Style } from '../../terminal/output.ts';

/** Why a source, or what came from it, was not accepted. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
  readonly hint: string | null;
}

type Occurrence =
  /** An archive was fetched. */
  | { readonly event: 'fetched'; readonly bytes: number }
  /** It was verified, built, tested and stored. */
  | {
      readonly event: 'built';
      readonly version: number;
      readonly signer: string;
      readonly revision: string;
      readonly tests: number;
      readonly warnings: readonly PolicyProblem[];
    }
  /** It is the version, of this signer, that is stored already. */
  | { readonly event: 'unchanged'; readonly version: number | null; readonly signer: string | null }
  /** It may not come into force: the stored one stays. */
  | ({ readonly event: 'refused'; readonly problems: unknown; readonly tests: unknown } & Failure)
  /** The source does not answer at the moment. */
  | ({ readonly event: 'unavailable' } & Failure)
  /** The source answers again. */
  | { readonly event: 'available' }
  /** Building or storing it failed, for a reason that is not in the source. */
  | ({ readonly event: 'failed' } & Failure);

export type BuilderEvent = Occurrence & { readonly facility: string };

/**
 * A failure as an event, by its code: `unavailable` (exit code 5), `refused` (POLICY_* but POLICY_STATE_INVALID; with
 * its problems and tests) or `failed` (any other; INTERNAL for what is no FederationError). `at` and `hint` are null
 * where there is none.
 */
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

/** The event as a line of NDJSON, inert and with a line feed, with the time (RFC 3339, UTC) first. */
export function eventJson(event: BuilderEvent, now: Date): string {
  return `${inertJson(JSON.stringify({ time: now.toISOString(), ...event }))}\n`;
}

/** The event as a line for people, inert but for its style, with a line feed. */
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
