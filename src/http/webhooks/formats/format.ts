// What each format of notifications is read by.
import type { NamedRepositories } from '../../../catalog/notification.ts';

/** What the body of a notification names, which may be nothing; null: the body has another format. Never throws. */
export type NamesRepositories = (body: unknown) => NamedRepositories | null;

/** Repositories by their names, each once; none for an empty list. Names are not checked. */
export const repositories = (names: readonly string[]): NamedRepositories => ({
  repositories: new Set(names),
  project: null,
});

/** All repositories of a project, by its name, which is not checked. */
export const project = (name: string): NamedRepositories => ({ repositories: new Set(), project: name });
