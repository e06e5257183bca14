// The owners of policies: the federation, the preference module, and facilities, each with its own folder, package,
// entry point and schema.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationError } from '../../model/errors.ts';
import { optionalEntrypointsOf } from '../../policy/bundle/manifest.ts';

/** The policies that panfed ships. */
export const OWN_POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url));

/** Schemas are panfed's and not the author's: they describe the input that the gateway gives. */
const SCHEMAS = join(OWN_POLICIES, 'schema');

/** Path of the JSON Schema for the input of facilities' policies. */
export const FACILITY_SCHEMA = join(SCHEMAS, 'facility.json');

/** Path of the JSON Schema for the input of the federation's policy, at both of its entry points. */
export const FEDERATION_SCHEMA = join(SCHEMAS, 'federation.json');

/** Path of the JSON Schema for the input of the preference policy. */
export const PREFERENCE_SCHEMA = join(SCHEMAS, 'preference.json');

export interface PolicyOwner {
  /** `federation`, `preference` or a facility's id. */
  readonly name: string;
  readonly folder: string;
  /** As keys below `data`: `['panfed', 'federation']`. */
  readonly package: readonly string[];
  /** As OPA writes it: `panfed/federation/decision`. */
  readonly entrypoint: string;
  /** Entry points that it may have besides: `panfed/federation/resource`. */
  readonly optional: readonly string[];
  /** JSON Schema of its total input. */
  readonly schema: string;
}

/** The owner of a facility's policy whose files are directly in `folder`, which is not looked at. */
export function facilityOwner(id: string, folder: string): PolicyOwner {
  return ownerOf({ name: id, folder, kind: 'facility', rule: 'decision' });
}

interface OwnerPlace {
  readonly name: string;
  readonly folder: string;
  readonly kind: string;
  readonly rule: string;
}

function ownerOf({ name, folder, kind, rule }: OwnerPlace): PolicyOwner {
  const path = kind === 'facility' ? ['panfed', 'facility', name] : ['panfed', name];
  return {
    name,
    folder,
    package: path,
    entrypoint: [...path, rule].join('/'),
    optional: optionalEntrypointsOf(name),
    schema: join(SCHEMAS, `${kind}.json`),
  };
}

/**
 * The owners in a folder of policies, all (by default, and for no names) or those named: federation and
 * preference, then facilities by id. Throws USAGE for a name without a folder, a facility with the name of
 * another owner, and a folder without policies; and the system's error where `facilities` cannot be listed.
 */
export function policyOwners(policies: string, names: readonly string[] = []): PolicyOwner[] {
  const owners = [
    { name: 'federation', folder: join(policies, 'federation'), kind: 'federation', rule: 'decision' },
    { name: 'preference', folder: join(policies, 'preference'), kind: 'preference', rule: 'match' },
    ...facilities(join(policies, 'facilities')),
  ]
    .filter(({ folder }) => isFolder(folder))
    .map(ownerOf);
  if (owners.length === 0) {
    throw new FederationError('USAGE', `${policies} has no policies`, {
      hint: 'expected the folders federation, preference and facilities/<id>',
    });
  }
  const twice = owners.find(({ name }, index) => owners.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) {
    throw new FederationError('USAGE', `a facility cannot be called ${twice.name}`, { at: twice.folder });
  }
  const unknown = names.find((name) => !owners.some((owner) => owner.name === name));
  if (unknown !== undefined) {
    throw new FederationError('USAGE', `${policies} has no policy of ${unknown}`, {
      hint: `there are: ${owners.map((owner) => owner.name).join(', ')}`,
    });
  }
  return owners.filter((owner) => names.length === 0 || names.includes(owner.name));
}

function facilities(folder: string): OwnerPlace[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ name, folder: join(folder, name), kind: 'facility', rule: 'decision' }));
}

/** Whether it is a folder, or a link to one; false if it cannot be examined. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
