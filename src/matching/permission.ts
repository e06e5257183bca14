// Whether the caller may run an image at a resource, by the policies, and how far the image can be trusted: the dimensions license,
// policy and trust.
import type { Access, DescribedReason } from '../model/decision.ts';
import type { ImageRecord } from '../model/image.ts';
import type { ResourceAccess } from '../policy/engine.ts';
import { type Finding, no, type Outcome, shown, unknown, yes } from './verdict.ts';

/** Codes of reasons that the license is, by the federation's rules. */
const OF_LICENSE: ReadonlySet<string> = new Set([
  ...['CONDITION_UNKNOWN', 'EXPORT_CONTROLLED', 'LICENSE_ACADEMIC_ONLY', 'LICENSE_NON_COMMERCIAL'],
  ...['LICENSE_SERVER_REQUIRED', 'NAMED_USER_REQUIRED', 'REGISTERED_GROUP_REQUIRED', 'SITE_REQUIRED'],
]);
/** Codes of reasons that the trust is, of which this file judges itself. */
const OF_TRUST: ReadonlySet<string> = new Set(['TRUST_FAILED', 'TRUST_UNKNOWN', 'UNVERIFIED_AT_PLACE']);

/** Reasons that a message has, at most. */
const MOST = 4;

type Licensed = Pick<ImageRecord, 'license' | 'trust'>;

/**
 * The verdicts of license and trust by what is known of the image alone: those that {@link permissionOf} gives them, unless the
 * policies refuse the license.
 */
export const standing = (
  { license, trust }: Licensed,
  allowsUnverified: boolean,
): readonly Pick<Outcome, 'verdict'>[] => [
  { verdict: isLicenseKnown(license) ? 'yes' : 'unknown' },
  trustOutcome(trust.state, allowsUnverified),
];

/** The findings of license, policy and trust. `access`: at the place of the resource. */
export function permissionOf(
  image: Licensed,
  access: Access,
  { resource, use, reasons }: ResourceAccess,
): readonly Finding[] {
  const against = [...access.reasons.filter(({ action }) => action === 'execute'), ...(use ? [] : reasons)];
  const license = licenseOutcome(image.license, against);
  const trust = trustOutcome(image.trust.state, resource.allowsUnverified);
  const isExplained = (reason: DescribedReason): boolean =>
    (license.verdict === 'no' && OF_LICENSE.has(reason.code)) ||
    (trust.verdict === 'no' && OF_TRUST.has(reason.code));
  const rest = against.filter((reason) => !isExplained(reason));
  const isAllowed = access.execute && use;
  const policy =
    isAllowed || (rest.length === 0 && against.length > 0)
      ? yes('ALLOWED', `You may run it at ${shown(resource.name)}, as far as the policies are concerned.`)
      : no('DENIED', textOf(rest), remedyOf(rest));
  return [
    { dimension: 'license', ...license },
    { dimension: 'policy', ...policy },
    { dimension: 'trust', ...trust },
  ];
}

const isLicenseKnown = ({ state, conditionsKnown }: ImageRecord['license']): boolean =>
  state === 'normalized' && conditionsKnown;

function licenseOutcome(license: ImageRecord['license'], against: readonly DescribedReason[]): Outcome {
  const written = license.expression ?? license.raw;
  const said = written === null ? 'Nobody said under which license it is' : `It is under ${shown(written)}`;
  if (!isLicenseKnown(license))
    return unknown(
      'LICENSE_UNKNOWN',
      license.state === 'normalized'
        ? `${said}, of which the conditions are not known.`
        : `${said}, which is not known.`,
      'Ask the lab to state the license as an SPDX expression, with its conditions.',
    );
  const unmet = against.filter(({ code }) => OF_LICENSE.has(code));
  if (unmet.length > 0) return no('LICENSE_NOT_MET', textOf(unmet), remedyOf(unmet));
  return yes('LICENSE_MET', `${said}${license.conditions.length === 0 ? '' : ', whose conditions are met'}.`);
}

function trustOutcome(state: ImageRecord['trust']['state'], allowsUnverified: boolean): Outcome {
  switch (state) {
    case 'verified':
      return yes('TRUST_VERIFIED', 'Its signature is verified.');
    case 'failed':
      return no('TRUST_FAILED', 'It has to be signed, and has no signature that counts.', 'Do not use it.');
    case 'unknown':
      return no('TRUST_UNKNOWN', 'Its signatures have not been verified.', 'Try again later.');
    case 'claimed':
    case 'unsigned':
      return allowsUnverified
        ? unknown(
            'TRUST_UNVERIFIED',
            'No signature of it is verified; images without one may run there.',
            'Ask the lab to sign it.',
          )
        : no(
            'TRUST_REQUIRED',
            'No signature of it is verified, and only images with one run there.',
            'Use a resource that allows unverified images, or ask the lab to sign it.',
          );
  }
}

/** What the policies wrote is inert already. */
function textOf(reasons: readonly DescribedReason[]): string {
  const messages = [...new Set(reasons.map(({ message }) => message))];
  if (messages.length === 0) return 'The policies do not allow it.';
  const more = messages.length > MOST ? ` And ${messages.length - MOST} more.` : '';
  return `${messages.slice(0, MOST).join(' ')}${more}`;
}

function remedyOf(reasons: readonly DescribedReason[]): string | null {
  const remedies = [...new Set(reasons.flatMap(({ remedy }) => remedy ?? []))].slice(0, MOST);
  return remedies.length === 0 ? null : remedies.join(' ');
}
