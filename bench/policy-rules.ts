// Generates policies with a number of rules from the sample itself: each rule is about images like one of them, so that
// every rule applies somewhere, and the people it allows differ from rule to rule. OPA compiles them as any lab's.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Opa } from '../src/authoring/opa/opa.ts';
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import type { ImageRecord } from '../src/model/image.ts';
import type { PolicyChange } from '../src/policy/activation/activation.ts';
import { built } from './built.ts';

const { buildBundles } =
  await built<typeof import('../src/authoring/build/build.ts')>('authoring/build/build');
const { policyOwners } =
  await built<typeof import('../src/authoring/source/owner.ts')>('authoring/source/owner');
const { policyFiles } = await built<typeof import('../src/policy/create-engine.ts')>('policy/create-engine');

/** Labs that have a policy of their own, as in the demo. */
export const LABS = ['desy', 'elettra', 'esrf'] as const;

export interface PoliciesOptions {
  readonly folder: string;
  /** Number of rules of the federation's policy, and of each lab's. */
  readonly rules: number;
  /** Another edition has other rules. */
  readonly edition: number;
  /** The labs whose policies are written, too. */
  readonly labs: readonly string[];
  readonly snapshots: readonly Snapshot[];
}

/** Writes sources to `<folder>/federation` and `<folder>/facilities/<lab>`, and bundles to `<folder>/bundle`. */
export async function buildPolicies(opa: Opa, options: PoliciesOptions): Promise<void> {
  const { folder, labs, snapshots } = options;
  await writePolicy(join(folder, 'federation'), 'panfed.federation', snapshots, options);
  for (const lab of labs) {
    const own = snapshots.filter(({ facility }) => facility === lab);
    await writePolicy(join(folder, 'facilities', lab), `panfed.facility.${lab}`, own, options);
  }
  await buildBundles(opa, folder, policyOwners(folder), { check: false });
}

async function writePolicy(
  folder: string,
  name: string,
  snapshots: readonly Snapshot[],
  { rules, edition }: PoliciesOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const about = [...new Set(snapshots.flatMap(({ records }) => records.map(kindOf)))];
  const chosen = Array.from({ length: rules }, (_, number) => {
    const kind = about[Math.floor(((number + edition / 2) * about.length) / rules)] ?? '';
    return ruleText(number, kind);
  });
  await writeFile(join(folder, 'decision.rego'), `package ${name}\n\n${DECISION}\n${chosen.join('\n')}`);
}

const DECISION = `decision := {
	"discover": count([reason | some reason in against; reason.action == "discover"]) == 0,
	"pull": count([reason | some reason in against; reason.action in {"discover", "pull"}]) == 0,
	"execute": count(against) == 0,
	"reasons": sort(against),
}

asks(_, group) if group in input.subject.groups

asks("member", _) if count(input.subject.sites) > 0

asks("academic", _) if input.subject.academic == true

asks("assured", _) if "https://refeds.org/assurance/IAP/high" in input.subject.assurance
`;

/** The facts of an image that a rule may be about, as expressions; images of one kind are equal in them. */
function kindOf({ sharing, suppliedBy, listed, license, techniques, groups, requires }: ImageRecord): string {
  const group = groups.at(-1);
  const isOneOf = (value: string | undefined, list: string): string[] =>
    value === undefined ? [] : [`${JSON.stringify(value)} in input.record.${list}`];
  return [
    `input.record.sharing == ${JSON.stringify(sharing)}`,
    `input.record.suppliedBy == ${JSON.stringify(suppliedBy)}`,
    `input.record.listed == ${listed}`,
    ...(license.expression === null
      ? []
      : [`input.record.license.expression == ${JSON.stringify(license.expression)}`]),
    ...isOneOf(techniques[0], 'techniques'),
    ...isOneOf(group, 'groups'),
    ...isOneOf(requires.engines[0], 'requires.engines'),
  ].join('\n\t');
}

const ACTIONS = ['execute', 'pull', 'execute', 'pull', 'discover'] as const;
const DEMANDS = ['group', 'member', 'academic', 'assured'] as const;

function ruleText(number: number, kind: string): string {
  const code = `RULE_${number}`;
  const action = ACTIONS[number % ACTIONS.length];
  const demand = DEMANDS[number % DEMANDS.length];
  const group = `urn:geant:esrf.eu:group:reviewers-${number}`;
  return `# METADATA
# custom:
#   reasons:
#     ${code}:
#       message: "Images of this kind are for {group}."
#       remedy: "Ask {group}."
against contains {"code": "${code}", "action": "${action}", "params": {"group": "${group}"}} if {
	${kind}
	not asks("${demand}", "${group}")
}
`;
}

/** A configuration with these policies, and no other lab's. */
export function withPolicies(config: Config, folder: string): Config {
  const bundle = (owner: string) => join(folder, 'bundle', `${owner}.tar.gz`);
  return {
    ...config,
    policies: { ...config.policies, federation: bundle('federation'), watch: 0 },
    facilities: config.facilities.map(({ policy: _, ...facility }) =>
      LABS.some((lab) => lab === facility.id) ? { ...facility, policy: bundle(facility.id) } : facility,
    ),
  };
}

/** The bundles that judge images, by their owners. */
export function judging(config: Config): readonly PolicyChange[] {
  return policyFiles(config).filter(({ owner }) => owner !== 'preference');
}
