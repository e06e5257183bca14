// Opens the two sides of `policy diff`, each with a bundle for every compared owner: as given, or built from a folder
// or a git revision of one into a temporary folder. Sources that are equal on both sides are built once.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { FEDERATION, PREFERENCE } from '../../policy/bundle/manifest.ts';
import { readBundle } from '../../policy/bundle/read.ts';
import { compilePolicy } from '../build/compile.ts';
import type { Opa } from '../opa/opa.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { policyFiles } from '../source/files.ts';
import { type PolicyOwner, policyOwners } from '../source/owner.ts';
import { invalidPolicy, type PolicyProblem } from '../source/problem.ts';
import { shownPath } from '../source/syntax.ts';
import { unpackRevision } from './git-folder.ts';

/** Paths of bundles by owner; a compared owner that is missing has no policy on this side. */
export type Bundles = ReadonlyMap<string, string>;

export interface Sides {
  /** The compared owners: `federation`, and facilities by id. */
  readonly owners: readonly string[];
  readonly old: Bundles;
  readonly new: Bundles;
  /** Removes the temporary folder with what was built; rejects with the file system's error. */
  close(): Promise<void>;
}

export interface SidesOptions {
  /** Each a bundle, a folder of policies, or a git revision of one. */
  readonly old: string;
  readonly new: string;
  /** The folder of the revisions; null: the one on the other side, otherwise that of `standing`. */
  readonly policies: string | null;
  /** Called only if neither side names a folder. */
  readonly standing: () => string;
  /** The owners to compare; empty: all owners of both sides. */
  readonly owners: readonly string[];
  /** Called only if something must be built. */
  readonly opa: () => Promise<Opa>;
  /** Called with a line before each policy that is compiled. */
  readonly progress: (line: string) => void;
}

/** A side before it is built: the place of its policies, and its name for people. */
interface Given {
  readonly bundle: { readonly owner: string; readonly path: string } | null;
  readonly sources: ReadonlyMap<string, PolicyOwner>;
  /** Its name for people: as it was given, or `main~1:policies`. */
  readonly name: string;
  /** The folder that a revision was unpacked into; null: it is not a revision. */
  readonly unpacked: string | null;
}

/**
 * The two sides, built; close them after use. Rejects with USAGE for arguments that are not a bundle, folder
 * or revision and for the preference module, with POLICY_INVALID if a policy does not compile or a bundle is
 * not valid, as {@link runOpa} does, with OPA_MISSING or POLICY_TOO_COSTLY, and as {@link scratchFolder}
 * does; the temporary folder is gone then.
 */
export async function openSides(options: SidesOptions): Promise<Sides> {
  if (options.owners.includes(PREFERENCE)) {
    throw new FederationError('USAGE', 'the preference module allows and denies no image', {
      hint: 'it matches the choices of users; compare federation or a facility',
    });
  }
  const scratch = await scratchFolder('panfed-diff-');
  const close = () => rm(scratch, { recursive: true, force: true });
  try {
    const before = await given(options.old, options.new, join(scratch, 'old'), options);
    const after = await given(options.new, options.old, join(scratch, 'new'), options);
    const owners = comparedOwners(before, after, options);
    const build = builder(scratch, options);
    return { owners, old: await build(before, owners), new: await build(after, owners), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function given(
  text: string,
  other: string,
  target: string,
  { policies, standing, owners }: SidesOptions,
): Promise<Given> {
  const kind = (path: string) => statSync(path, { throwIfNoEntry: false });
  const what = kind(text);
  if (what?.isFile()) {
    const path = resolve(text);
    // A bundle may have any file name if the owner is named.
    const owner = owners.length === 1 && owners[0] ? owners[0] : basename(path).replace(/\.tar\.gz$/, '');
    await readBundle(path, owner);
    return { bundle: { owner, path }, sources: new Map(), name: text, unpacked: null };
  }
  if (what?.isDirectory()) {
    return { bundle: null, sources: sourcesOf(resolve(text), text), name: text, unpacked: null };
  }
  await mkdir(target);
  const folder = policies ?? (kind(other)?.isDirectory() ? other : standing());
  const { name } = await unpackRevision(folder, text, target);
  return { bundle: null, sources: sourcesOf(target, name), name, unpacked: target };
}

function sourcesOf(folder: string, name: string): ReadonlyMap<string, PolicyOwner> {
  try {
    const owners = policyOwners(folder).filter((owner) => owner.name !== PREFERENCE);
    return new Map(owners.map((owner) => [owner.name, owner]));
  } catch (error) {
    if (!(error instanceof FederationError) || error.code !== 'USAGE') throw error;
    throw new FederationError('USAGE', error.message.replaceAll(folder, name), { hint: error.hint });
  }
}

function comparedOwners(before: Given, after: Given, { owners, old, new: next }: SidesOptions): string[] {
  const bundled = [before, after].flatMap(({ bundle }) => (bundle === null ? [] : [bundle.owner]));
  const [one, other = one] = bundled;
  if (one !== other) throw new FederationError('USAGE', `one bundle is ${one}’s and the other ${other}’s`);
  const known = new Set([...bundled, ...before.sources.keys(), ...after.sources.keys()]);
  const unknown = owners.find((owner) => !known.has(owner));
  if (unknown !== undefined) {
    throw new FederationError('USAGE', `neither ${old} nor ${next} has a policy of ${unknown}`, {
      hint: `there are: ${[...known].join(', ')}`,
    });
  }
  const compared = owners.length > 0 ? [...new Set(owners)] : one === undefined ? [...known] : [one];
  const lacks = (side: Given) => side.bundle?.owner !== FEDERATION && !side.sources.has(FEDERATION);
  if (compared.includes(FEDERATION) && (lacks(before) || lacks(after))) {
    throw new FederationError('USAGE', `${lacks(before) ? old : next} has no policy of the federation`, {
      hint: 'compare the owners that both have: --owner <facility>',
    });
  }
  return compared;
}

/** Builds sides; equal sources have one bundle. */
function builder(scratch: string, { opa, progress }: SidesOptions) {
  const built = new Map<string, string>();
  let found: Promise<Opa> | undefined;
  return async (side: Given, owners: readonly string[]): Promise<Bundles> => {
    const { bundle, sources } = side;
    const bundles = new Map<string, string>();
    for (const name of owners) {
      if (bundle?.owner === name) bundles.set(name, bundle.path);
      const owner = sources.get(name);
      if (owner === undefined) continue;
      const key = `${name} ${await fingerprint(owner)}`;
      const path = built.get(key) ?? join(scratch, `${built.size}.tar.gz`);
      if (!built.has(key)) {
        found ??= opa();
        const program = await found;
        progress(`compiling ${name} of ${side.name}`);
        const { bytes } = await compilePolicy(program, owner, { onlyToLoad: true }).catch(namedAs(side));
        await writeFile(path, bytes);
        built.set(key, path);
      }
      bundles.set(name, path);
    }
    return bundles;
  };
}

/** A hash of everything that a build reads: the names and contents of an owner's files. */
async function fingerprint(owner: PolicyOwner): Promise<string> {
  const { rules, data } = policyFiles(owner);
  const hash = createHash('sha256');
  for (const name of [...rules, ...data]) {
    const content = await readFile(join(owner.folder, name));
    hash.update(JSON.stringify([name, content.byteLength])).update(content);
  }
  return hash.digest('hex');
}

/** Renames the problems of an unpacked folder by its revision, since the folder is removed before people read them. */
function namedAs({ name, unpacked }: Given): (error: unknown) => never {
  return (error) => {
    if (unpacked === null || !(error instanceof FederationError) || error.code !== 'POLICY_INVALID')
      throw error;
    const renamed = (path: string) => path.replace(shownPath(unpacked), name);
    const problems = error.extensions?.problems as readonly PolicyProblem[] | undefined;
    if (problems !== undefined) {
      throw invalidPolicy(problems.map((problem) => ({ ...problem, file: renamed(problem.file) })));
    }
    throw new FederationError('POLICY_INVALID', error.message, {
      at: renamed(error.at ?? name),
      hint: error.hint,
      cause: error,
    });
  };
}
