// The checks of a policy, by name. The first ones are OPA's own or need no parsed policy, and are in ../check.ts; only
// names listed here are checks.
import type { Check, CheckKind } from './check.ts';
import { failOpen } from './fail-open.ts';
import { grantsNothing } from './grants-nothing.ts';
import { groupText } from './group-text.ts';
import { inText } from './in-text.ts';
import { neverEqual } from './never-equal.ts';
import { numberKey } from './number-key.ts';
import { ownData } from './own-data.ts';
import { ownPackage } from './own-package.ts';
import { reasonText } from './reason-text.ts';
import { shippedTest } from './shipped-test.ts';
import { textOrder } from './text-order.ts';
import { timeBucket } from './time-bucket.ts';
import { undefinedDecision } from './undefined-decision.ts';
import { unknownValue } from './unknown-value.ts';
import { wastedBucket } from './wasted-bucket.ts';
import { wholeRead } from './whole-read.ts';

const error = (name: string): CheckKind => ({ name, severity: 'error', canBeAllowed: false });

/** An error of OPA's compiler: syntax, types, fields that do not exist, rules that contradict each other. */
export const COMPILES = error('compiles');
/** A built-in that policies/capabilities.json does not have. */
export const UNKNOWN_BUILT_IN = error('unknown-built-in');
/** A folder without rules, or with other data files than its one data.json. */
export const RULES_ONLY = error('rules-only');
/** An annotation with its own schemas. */
export const OWN_SCHEMA = error('own-schema');
/** An answer that the gateway would refuse, so that everything is denied. */
export const REFUSED_ANSWER = error('refused-answer');
/** A file that `opa fmt` would write differently; checked only on request. */
export const FORMAT = error('format');
/** A `# panfed:allow` without a reason, with an unknown check, or with one that cannot be switched off. */
export const ALLOW_COMMENT = error('allow-comment');
/** A `# panfed:allow` without a finding. */
export const UNUSED_ALLOW: CheckKind = { name: 'unused-allow', severity: 'warning', canBeAllowed: false };

/** In the order in which they run. */
export const CHECKS: readonly Check[] = [
  ownPackage,
  ownData,
  wholeRead,
  timeBucket,
  unknownValue,
  neverEqual,
  inText,
  reasonText,
  failOpen,
  undefinedDecision,
  grantsNothing,
  groupText,
  numberKey,
  textOrder,
  wastedBucket,
  shippedTest,
];

/** All kinds of findings: those made outside of the checks, then the {@link CHECKS}. */
export const CHECK_KINDS: readonly CheckKind[] = [
  COMPILES,
  UNKNOWN_BUILT_IN,
  RULES_ONLY,
  OWN_SCHEMA,
  REFUSED_ANSWER,
  FORMAT,
  ALLOW_COMMENT,
  UNUSED_ALLOW,
  ...CHECKS,
];
