// Inputs of policies for properties: any record, subject and place, and such as lost a value.
import fc from 'fast-check';
import type { ImageRecord } from '../../src/model/image.ts';
import type { Place, Subject } from '../../src/model/subject.ts';
import { recordInput, requestInput, subjectInput } from '../../src/policy/decisions/input.ts';
import { arbitraryRecord, FACILITIES, GROUPS, trustOf } from '../support/records.ts';

const subset = <T extends string>(of: readonly T[], max: number) =>
  fc.subarray([...of], { maxLength: max }).map((some) => some.sort());

/** Small on purpose: owner, sites and places must often be the same, or nothing is ever allowed. */
const FEW = FACILITIES.slice(0, 5);

export function arbitrarySubject(): fc.Arbitrary<Subject> {
  return fc.record({
    authenticated: fc.boolean(),
    issuer: fc.constantFrom(null, 'https://issuer.example'),
    groups: subset(GROUPS, 3),
    affiliations: fc.constant([]),
    sites: subset(FEW, 3),
    assurance: subset(['https://refeds.org/assurance/IAP/low', 'https://refeds.org/assurance/IAP/medium'], 2),
    academic: fc.constantFrom(true, false, null),
  });
}

export function arbitraryPlace(): fc.Arbitrary<Place | null> {
  return fc.option(
    fc.record({
      facility: fc.constantFrom(...FEW),
      allowsUnverified: fc.boolean(),
      licenseServers: subset(['license.hzb.example', 'license.psi.example'], 2),
    }),
    { freq: 5 },
  );
}

export interface PolicyInput {
  readonly record: Json;
  readonly subject: Json;
  readonly request: Json;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function inputOf(record: ImageRecord, subject: Subject, at: Place | null): PolicyInput {
  return JSON.parse(
    JSON.stringify({
      record: recordInput(record),
      subject: subjectInput(subject),
      request: requestInput(at),
    }),
  );
}

/** Mostly true: an input that is bad in many ways is denied for so many reasons that no single one of them matters. */
const mostly = () => fc.nat(9).map((number) => number > 1);

/** An image or a person with little against them: what is left to decide are the conditions, groups and sharing. */
const favours = fc.record({
  license: mostly(),
  trust: mostly(),
  signedIn: mostly(),
  groups: fc.boolean(),
  member: fc.boolean(),
});

export function arbitraryInput(facility?: string): fc.Arbitrary<PolicyInput> {
  const owner = facility === undefined ? fc.constantFrom(...FEW) : fc.constant(facility);
  const record = owner.chain((one) => arbitraryRecord(one));
  return fc.tuple(record, arbitrarySubject(), arbitraryPlace(), favours).map(([image, subject, at, favour]) =>
    inputOf(
      {
        ...image,
        license: favour.license
          ? { ...image.license, state: 'normalized', conditionsKnown: true }
          : image.license,
        trust: favour.trust ? trustOf('verified') : image.trust,
      },
      {
        ...subject,
        authenticated: favour.signedIn || subject.authenticated,
        groups: favour.groups ? GROUPS : subject.groups,
        sites: favour.member ? [...new Set([...subject.sites, image.facility])].sort() : subject.sites,
      },
      at,
    ),
  );
}

type Path = readonly (string | number)[];

/** Every place in the tree, the outermost first. */
function paths(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const below = Array.isArray(value)
    ? value.flatMap((item: Json, index) => paths(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]));
  return [path, ...below];
}

/** Losing one of these is no loss of knowledge: fewer groups or conditions is a weaker rule, as the design says. */
function isGroupOrCondition(path: Path): boolean {
  const [root, first, second] = path;
  if (root !== 'record' || typeof path.at(-1) !== 'number') return false;
  return (
    (first === 'groups' && path.length === 3) ||
    (first === 'license' && second === 'conditions' && path.length === 4)
  );
}

type Loss = 'unknown' | null | 'remove';

function lose(value: Json, [key, ...rest]: Path, loss: Loss): Json {
  if (Array.isArray(value)) {
    if (rest.length === 0 && loss === 'remove') return value.filter((_, index) => index !== key);
    return value.map((item: Json, index) => (index === key ? lost(item, rest, loss) : item));
  }
  const entries = Object.entries(value as Record<string, Json>);
  return Object.fromEntries(
    entries
      .filter(([name]) => !(name === key && rest.length === 0 && loss === 'remove'))
      .map(([name, item]) => [name, name === key ? lost(item, rest, loss) : item]),
  );
}

function lost(value: Json, rest: Path, loss: Loss): Json {
  if (rest.length > 0) return lose(value, rest, loss);
  return loss === 'remove' ? value : loss;
}

export interface Lossy {
  readonly before: PolicyInput;
  readonly after: PolicyInput;
  readonly what: string;
}

/** Every way in which an input can lose one value of its record or subject: made unknown, null, or removed. */
export function losses(before: PolicyInput): Lossy[] {
  return paths(before as unknown as Json)
    .filter(([root, first]) => (root === 'record' || root === 'subject') && first !== undefined)
    .flatMap((path) =>
      (['unknown', null, 'remove'] as const)
        .filter((loss) => !(loss === 'remove' && isGroupOrCondition(path)))
        .map((loss) => ({
          before,
          after: lose(before as unknown as Json, path, loss) as unknown as PolicyInput,
          what: `${path.join('.')}: ${loss}`,
        })),
    );
}
