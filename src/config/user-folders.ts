// The folders of this user by the XDG Base Directory Specification: state that is kept, and what can be fetched again.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './secrets.ts';

/** What says where a user's folders are. */
export interface UserHome {
  readonly env: Environment;
  /** null: there is none. */
  readonly home: string | null;
}

/**
 * The user of this process; the environment is `process.env` by default, and the home null where the system
 * knows none.
 */
export function thisUser(env: Environment = process.env): UserHome {
  try {
    return { env, home: homedir() };
  } catch {
    // a user without an entry in the user database and without HOME
    return { env, home: null };
  }
}

/**
 * Our folders of state (`panfed` below each), the first that can be written is to be used: below
 * XDG_STATE_HOME, ~/.local/state, XDG_RUNTIME_DIR. Relative variables are ignored; empty where there is no
 * place. Creates nothing.
 */
export function stateFolders({ env, home }: UserHome): readonly string[] {
  return ours([env.XDG_STATE_HOME, below(home, '.local', 'state'), env.XDG_RUNTIME_DIR]);
}

/**
 * Our folder of what can be fetched again: below XDG_CACHE_HOME, else ~/.cache; null: there is no place for
 * it. A relative variable is ignored. Creates nothing.
 */
export function cacheFolder({ env, home }: UserHome): string | null {
  return ours([env.XDG_CACHE_HOME, below(home, '.cache')])[0] ?? null;
}

const below = (home: string | null, ...path: readonly string[]): string | undefined =>
  home === null ? undefined : join(home, ...path);

/** A relative XDG variable is not valid, and ignored. */
const ours = (roots: readonly (string | undefined)[]): readonly string[] =>
  roots.flatMap((root) => (root !== undefined && isAbsolute(root) ? [join(root, 'panfed')] : []));
