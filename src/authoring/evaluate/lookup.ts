// Finds one image of an offline catalog, hidden or not, by the name that a policy's author gives: id, digest or
// reference.
import type { Snapshot } from '../../catalog/snapshot.ts';
import { FederationError } from '../../model/errors.ts';
import type { ImageRecord } from '../../model/image.ts';
import { nearest } from '../../model/nearest.ts';

/**
 * The one image with this id, digest or reference. Throws USAGE if there is none, with a hint, or more than one, with
 * their ids.
 */
export function imageNamed(name: string, snapshots: readonly Snapshot[]): ImageRecord {
  const records = snapshots.flatMap((snapshot) => snapshot.records);
  const called = records.filter(
    (record) => record.id === name || record.digest === name || namesOf(record).includes(name),
  );
  const [found] = called;
  if (found !== undefined && called.length === 1) return found;
  if (found !== undefined) {
    throw new FederationError('USAGE', `${called.length} images are called ${name}`, {
      hint: `Name one by its id: ${called.map(({ id }) => id).join(', ')}.`,
    });
  }
  throw new FederationError('USAGE', `no image is called ${name}`, { hint: hintOf(name, records) });
}

/** The reference by digest, and by each tag, with the repository's name in the registry and as engines pull it. */
function namesOf({ id, reference, repository, digest, tags }: ImageRecord): readonly string[] {
  const pulled = digest === null ? reference.slice(0, reference.lastIndexOf(':')) : reference.split('@')[0];
  const listed = digest === null ? id.slice(0, id.lastIndexOf(':')) : id.split('@')[0];
  return [
    reference,
    ...tags.flatMap((tag) => [`${pulled}:${tag}`, `${listed}:${tag}`, `${repository}:${tag}`]),
  ];
}

/** A hint with similar names, or else with those that contain the given word. */
function hintOf(name: string, records: readonly ImageRecord[]): string {
  const short = (record: ImageRecord) => namesOf(record)[2] ?? record.id;
  const names = [...new Set(records.map(short))];
  const word = name.toLowerCase();
  const containing = names.filter((known) => known.toLowerCase().includes(word)).slice(0, 3);
  const near = nearest(name, [...names, ...records.map(({ id }) => id)]);
  const known = near.length > 0 ? near : containing;
  return known.length > 0
    ? `Did you mean ${known.join(', ')}?`
    : 'Name it by id, digest or reference, as `panfed search` shows them.';
}
