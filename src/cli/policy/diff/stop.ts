// When `panfed policy diff --fail-on …` fails: for a change in a direction that is to stop, and for everything that was
// not compared, since it may contain such a change.

import type { Unread } from '../../../authoring/diff/catalog.ts';
import type { Direction, PolicyDiff } from '../../../authoring/diff/diff.ts';
import type { Unjudged } from '../../../authoring/diff/engines.ts';
import type { LogReport } from '../../../authoring/people/logged-people.ts';
import { FederationError } from '../../../model/errors.ts';
import { numbered } from '../../terminal/numbered.ts';

/** Values of the option for the directions of change that make `panfed policy diff` fail. */
export const STOPS = ['loosened', 'tightened', 'any'] as const;
export type Stop = (typeof STOPS)[number];

/** Whether a change in this direction is to stop; false where `stop` is undefined. */
export const stops = (stop: Stop | undefined, direction: Direction): boolean =>
  stop === 'any' || stop === direction;

/** The changes, and what was not compared. */
export interface DiffReport extends PolicyDiff {
  readonly unread: readonly Unread[];
  /** Facilities whose signatures a gateway verifies, and this comparison does not. */
  readonly unverified: readonly string[];
  readonly unjudged: readonly Unjudged[];
  /**
   * Facilities judged without their policy, since it is a signed source: the report may show more than really changes.
   */
  readonly absent: readonly string[];
  /**
   * The time (RFC 3339) at which people ask, and the owners whose policy reads it; null: no compared policy reads it.
   */
  readonly time: { readonly at: string; readonly owners: readonly string[] } | null;
  /** Whether the images come from a gateway: those that its policies hide from the token's person are missing. */
  readonly visibleOnly: boolean;
  /** What was read from the decision log; null: none was given. */
  readonly log: LogReport | null;
}

/**
 * What was not compared: a sentence for the registries that are no files, and one for each registry that failed and
 * each policy that did not judge; empty if all was compared.
 */
export function gapsOf({ unread, unjudged }: DiffReport): string[] {
  const unasked = unread.filter(({ failure }) => failure === null).map(({ registry }) => registry);
  return [
    ...(unasked.length > 0 ? [`not compared, because they are not files: ${unasked.join(', ')}`] : []),
    ...unread.flatMap(({ registry, failure }) =>
      failure === null ? [] : [`not compared: ${registry}, ${failure.code}: ${failure.message}`],
    ),
    ...unjudged.map(
      ({ side, owner, inputs }) =>
        `the ${side} policy of ${owner} did not judge ${numbered(inputs, 'input')}: that is denied`,
    ),
  ];
}

/** What else a reader of the changes must know: a sentence for each; empty if there is nothing. */
export function notesOf({ absent, log, time, unverified, visibleOnly }: DiffReport): string[] {
  const about = [
    ...(visibleOnly
      ? [
          'only images that you may discover at the gateway were compared: what it hides from you may change too',
        ]
      : []),
    ...(unverified.length === 0
      ? []
      : [
          `signatures of ${unverified.join(', ')} are not verified here, so that no image is verified or failed: --gateway compares images as a gateway has judged them`,
        ]),
    ...absent.map((facility) => `judged without the policy of ${facility}, which is a signed source`),
    ...(time === null
      ? []
      : [
          `asked as of ${time.at}, which the policy of ${time.owners.join(' and of ')} reads: at another --time, more may change`,
        ]),
  ];
  return log === null ? about : [...about, ...logNotes(log)];
}

function logNotes(log: LogReport): string[] {
  const { entries, unreadable, dropped, untried, strangers, masked, unknown } = log;
  const said = (count: number, what: string, text: string) =>
    count > 0 ? [`${numbered(count, what)} of the decision log${text}`] : [];
  return [
    ...(entries === 0 ? ['the decision log has no entry of a verdict, so no person was found in it'] : []),
    ...said(unreadable, 'line', ': not an entry, and skipped'),
    ...said(dropped, 'line', ': skipped, because there are too many different people'),
    ...said(untried, 'rare subject', ': not tried, because there are too many'),
    ...said(strangers, 'subject', ': not tried, because the configuration does not have their facility'),
    ...masked.flatMap(({ paths, subjects }) =>
      said(subjects, 'subject', `: cannot be judged, because it leaves out ${paths.join(' and ')}`),
    ),
    ...unknown.flatMap(({ field, subjects }) =>
      said(subjects, 'subject', `: ${field} is taken as unknown, because no policy read it when they asked`),
    ),
  ];
}

/**
 * Throws POLICY_CHANGED if a change goes in a direction that is to stop; else POLICY_UNJUDGED or SOURCE_UNAVAILABLE if
 * something was not compared, since it may contain such a change.
 */
export function assertMayShip({ changes, unjudged, unread }: DiffReport, stop: Stop): void {
  const stopped = changes.filter(({ direction }) => stops(stop, direction));
  if (stopped.length > 0) {
    const directions = [...new Set(stopped.map(({ direction }) => direction))].join(' and ');
    throw new FederationError('POLICY_CHANGED', `the policy was ${directions}, as reported above`, {
      hint: 'if that is meant, let somebody approve it and run without --fail-on',
    });
  }
  if (unjudged.length > 0) {
    const inputs = unjudged.reduce((sum, one) => sum + one.inputs, 0);
    throw new FederationError(
      'POLICY_UNJUDGED',
      `${numbered(inputs, 'input')} not judged: what changes for them is not known`,
      {
        hint: 'mend the policy: its decision must be defined for every input, and soon enough',
      },
    );
  }
  if (unread.length > 0) {
    const names = unread.map(({ registry }) => registry).join(', ');
    const unasked = unread.some(({ failure }) => failure === null);
    throw new FederationError('SOURCE_UNAVAILABLE', `the images of ${names} were not compared`, {
      hint: unasked
        ? 'ask them with --crawl, or compare one facility’s policy with --owner'
        : 'try again when the registry answers',
    });
  }
}
