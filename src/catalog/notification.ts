// A notification of a registry: a hint that something has changed in some of its repositories. Whoever forges one can have
// repositories asked for again that are known already, and nothing else.
import type { RegistryAddress } from './ids.ts';
import type { SnapshotIndex } from './index/snapshot-index.ts';

/** Names as the registry wrote them, unproven. */
export interface NamedRepositories {
  readonly repositories: ReadonlySet<string>;
  /** A group or a project: the repository of this name, and all whose names begin with it and a slash; null: none. */
  readonly project: string | null;
}

export interface Notification extends Pick<RegistryAddress, 'facility' | 'registry'> {
  readonly named: NamedRepositories;
}

/**
 * Those of the named repositories that the snapshot has, of its records or of what is listed of its quarantine, each once and
 * in no order; none where it has none of them. Names are compared as they are written.
 */
export function knownAmong(
  { repositories: known, snapshot }: Pick<SnapshotIndex, 'repositories' | 'snapshot'>,
  { repositories, project }: NamedRepositories,
): string[] {
  const within = `${project}/`;
  const isNamed = (name: string) =>
    repositories.has(name) || (project !== null && (name === project || name.startsWith(within)));
  const quarantined = snapshot.quarantined.flatMap(({ repository }) => repository ?? []).filter(isNamed);
  // A notification mostly names one repository of thousands.
  const found =
    project === null ? [...repositories].filter((name) => known.has(name)) : [...known].filter(isNamed);
  return [...new Set([...found, ...quarantined])];
}
