// What each format of notifications is read by.
import type { NamedRepositories } from '../../../catalog/notification.ts';

/** What the body of a notification names, which may be nothing; null: the body has another format. */
export type NamesRepositories = (body: unknown) => NamedRepositories | null;

const NONE: ReadonlySet<string> = new Set();

/** Repositories by their names. */
export const repositories = (names: readonly string[]): NamedRepositories => ({
  repositories: new Set(names),
  projects: NONE,
});

/** All repositories of a project. */
export const project = (name: string): NamedRepositories => ({
  repositories: NONE,
  projects: new Set([name]),
});
