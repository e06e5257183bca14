// A notification of a registry: a hint that something has changed in some of its repositories. Whoever forges one can have
// repositories asked again that are known already, and nothing else.
import type { RegistryAddress } from './ids.ts';
import type { Snapshot } from './snapshot.ts';

/** Names as the registry wrote them, unproven. */
export interface NamedRepositories {
  readonly repositories: ReadonlySet<string>;
  /** Groups and projects: the repositories of these names, and all whose names begin with one and a slash. */
  readonly projects: ReadonlySet<string>;
}

export interface Notification extends Pick<RegistryAddress, 'facility' | 'registry'> {
  readonly named: NamedRepositories;
}

/** The repositories of each snapshot: a registry sends a notification for each image that it is pushed. */
const repositoriesBySnapshot = new WeakMap<Snapshot, ReadonlySet<string>>();

/** The repositories of a snapshot's records and of what is listed of its quarantine. */
function repositoriesOf(snapshot: Snapshot): ReadonlySet<string> {
  const known = repositoriesBySnapshot.get(snapshot);
  if (known !== undefined) return known;
  const repositories = new Set(snapshot.records.map(({ repository }) => repository));
  for (const { repository } of snapshot.quarantined) if (repository !== null) repositories.add(repository);
  repositoriesBySnapshot.set(snapshot, repositories);
  return repositories;
}

/** Those of the snapshot's repositories that are named. */
export function knownAmong(snapshot: Snapshot, { repositories, projects }: NamedRepositories): string[] {
  const known = repositoriesOf(snapshot);
  const named = [...repositories].filter((name) => known.has(name));
  if (projects.size === 0) return named;
  const within = [...known].filter((name) => !repositories.has(name) && isWithin(name, projects));
  return [...named, ...within];
}

/** Whether the name, or what comes before one of its slashes, is among the projects. */
function isWithin(name: string, projects: ReadonlySet<string>): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
    if (projects.has(name.slice(0, end))) return true;
  }
  return false;
}
