// The state of labs' policies in a folder: `<owner>/<version>.jws` is the signed record of an accepted bundle, and
// `<owner>/<version>.<sha256>.tar.gz` the bundle. The record is written last and created exclusively, so that the
// highest name is the latest at any instant, for any number of processes, without a lock that could be left behind.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { digestOf } from '../../../model/digest.ts';
import { FederationError } from '../../../model/errors.ts';
import { BUNDLE_BYTES } from '../../bundle/manifest.ts';
import { createFile, privateFolder, readFileOrNull, removeDrafts, replaceFile } from './private-files.ts';
import {
  compareVersions,
  type KeptRecord,
  keptRecordSchema,
  type PolicyState,
  refusalSchema,
} from './state.ts';
import type { StateSigner } from './state-signer.ts';

/** Bytes of a signed record, at most; a refusal with a long message is the longest. */
const RECORD_BYTES = 262_144;
const REFUSAL = 'refused.jws';
const RECORD_NAME = /^([1-9]\d{0,15})\.jws$/;
const VERSIONED_NAME = /^([1-9]\d{0,15})\.(?:jws|[0-9a-f]{64}\.tar\.gz)$/;
/** Times that reading the latest record is tried, since other processes may add and remove records meanwhile. */
const ATTEMPTS = 5;

/**
 * The state in `folder`, which is made with mode 0700 if it is missing; its records, of at most 256 KiB, are signed by
 * `signer` (JWS, RFC 7515), and bundles have at most 48 MiB. Rejects with CONFIG_INVALID if the folder cannot be made,
 * is another user's, or can be written by everybody. Its methods reject as {@link PolicyState} says, and `keep` and
 * `refuse` also with CONFIG_INVALID and the file system's errors if an owner's folder cannot be written.
 */
export async function folderState(folder: string, signer: StateSigner): Promise<PolicyState> {
  try {
    await privateFolder(folder);
  } catch (cause) {
    if (cause instanceof FederationError) throw cause;
    throw new FederationError('CONFIG_INVALID', 'the folder of the labs’ policies cannot be written', {
      at: folder,
      hint: 'Name a folder that this user can write in federation.yaml as `policies.state`.',
      cause,
    });
  }
  const placeOf = (owner: string) => join(folder, owner);

  async function versions(owner: string): Promise<readonly number[]> {
    const names = await readable(placeOf(owner), () => readdir(placeOf(owner)).catch(noneIfMissing));
    return names.flatMap((name) => RECORD_NAME.exec(name)?.[1] ?? []).map(Number);
  }

  /** null: there is no such file. */
  async function readSigned<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const bytes = await readable(path, () => readFileOrNull(path, RECORD_BYTES));
    if (bytes === null) return null;
    const opened = schema.safeParse(await signer.open(bytes.toString('latin1')));
    if (opened.success) return opened.data;
    throw invalid(path, 'the file is not what this federation wrote', RESTORE);
  }

  async function record(owner: string, version: number): Promise<KeptRecord | null> {
    const path = join(placeOf(owner), recordName(version));
    const found = await readSigned(path, keptRecordSchema);
    if (found === null || (found.owner === owner && found.version === version)) return found;
    throw invalid(path, 'the file is of another version or facility', RESTORE);
  }

  async function latest(owner: string): Promise<KeptRecord | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const all = await versions(owner);
      if (all.length === 0) return null;
      const found = await record(owner, Math.max(...all));
      // Otherwise it was removed meanwhile, because there is a higher one.
      if (found !== null) return found;
    }
    throw invalid(placeOf(owner), 'the records change too fast to be read', RESTORE);
  }

  async function removeBelow(owner: string, version: number): Promise<void> {
    for (const name of await readdir(placeOf(owner))) {
      const [, of] = VERSIONED_NAME.exec(name) ?? [];
      if (of !== undefined && Number(of) < version) await rm(join(placeOf(owner), name), { force: true });
    }
  }

  return {
    place: folder,
    latest,
    async bundle(of) {
      const path = join(placeOf(of.owner), bundleName(of));
      const bytes = await readable(path, () => readFileOrNull(path, BUNDLE_BYTES));
      if (bytes !== null && digestOf(bytes) === of.bundle) return bytes;
      throw invalid(path, `the bundle is ${bytes === null ? 'missing' : 'damaged'}`, DAMAGED);
    },
    async keep(next, bundle) {
      const { owner, version } = next;
      const place = placeOf(owner);
      const text = await signer.sign(next);
      await privateFolder(place);
      await replaceFile(place, bundleName(next), bundle);
      if (compareVersions(next, await latest(owner)) === 'same') {
        await replaceFile(place, recordName(version), text);
      } else if (!(await createFile(place, recordName(version), text))) {
        compareVersions(next, await latest(owner));
      }
      // Another process may have stored a higher one in between: then this one never was the latest.
      compareVersions(next, await latest(owner));
      await removeBelow(owner, version);
      await removeDrafts(place);
    },
    refusal: (owner) => readSigned(join(placeOf(owner), REFUSAL), refusalSchema),
    async refuse(owner, refusal) {
      await privateFolder(placeOf(owner));
      if (refusal === null) await rm(join(placeOf(owner), REFUSAL), { force: true });
      else await replaceFile(placeOf(owner), REFUSAL, await signer.sign(refusal));
    },
  };
}

const recordName = (version: number): string => `${version}.jws`;

const bundleName = ({ version, bundle }: KeptRecord): string =>
  `${version}.${bundle.slice('sha256:'.length)}.tar.gz`;

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw invalid(
      path,
      `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unreadable'})`,
      RESTORE,
      cause,
    );
  }
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

const RESTORE =
  'If federation.secret was changed, or the disk was damaged, find out the highest version that the lab shipped, remove the facility’s folder, and make sure that the lab serves that version or a higher one.';
const DAMAGED = 'It is built again as soon as the lab can be reached.';

function invalid(at: string, message: string, hint: string, cause?: unknown): FederationError {
  return new FederationError('POLICY_STATE_INVALID', message, { at, hint, cause });
}
