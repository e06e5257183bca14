// What each format of notifications is read by.
import type { NamedRepositories } from '../../../catalog/notification.ts';

/** What the body of a notification names, which may be nothing; null: the body has another format. */
export type NamesRepositories = (body: unknown) => NamedRepositories | null;

/** Repositories by their names. */
export const repositories = (names: readonly string[]): NamedRepositories => ({
  repositories: new Set(names),
  project: null,
});

/** All repositories of a project. */
export const project = (name: string): NamedRepositories => ({ repositories: new Set(), project: name });
