// Who owns a policy: the federation, the preference module, or a facility; each with a folder, a package, an entry
// point and a schema of its own.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FederationError } from '../model/errors.ts';

/** The policies that panfed ships. */
export const OWN_POLICIES = fileURLToPath(new URL('../../policies', import.meta.url));

/** Schemas are panfed's and not the author's: they say what the gateway will give as input. */
const SCHEMAS = join(OWN_POLICIES, 'schema');

export const FACILITY_SCHEMA = join(SCHEMAS, 'facility.json');
export const PREFERENCE_SCHEMA = join(SCHEMAS, 'preference.json');

export interface PolicyOwner {
  /** `federation`, `preference` or a facility's id. */
  readonly name: string;
  readonly folder: string;
  /** As keys below `data`: `['panfed', 'federation']`. */
  readonly package: readonly string[];
  /** As OPA writes it: `panfed/federation/decision`. */
  readonly entrypoint: string;
  /** JSON Schema of its total input. */
  readonly schema: string;
}

/** The owner of a facility's policy, which lies in this folder alone. */
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
    schema: join(SCHEMAS, `${kind}.json`),
  };
}

/**
 * The owners below a folder of policies, all or those named: federation and preference, then facilities by id.
 * Throws USAGE for a name that has no folder there, a facility called as another owner, and where there is no policy.
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
      hint: 'expected are the folders federation, preference and facilities/<id>',
    });
  }
  const twice = owners.find(({ name }, index) => owners.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) {
    throw new FederationError('USAGE', `a facility cannot be called ${twice.name}`, { at: twice.folder });
  }
  const strange = names.find((name) => !owners.some((owner) => owner.name === name));
  if (strange !== undefined) {
    throw new FederationError('USAGE', `${policies} has no policy of ${strange}`, {
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

/** Or a link to one; what cannot be looked at is none. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
