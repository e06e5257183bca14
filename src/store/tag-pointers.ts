// Where tags point, on their way to the store's thread: one text, for a hundred thousand objects take too long to copy.
import { type Pace, paced } from '../model/pace.ts';
import type { TagPointer } from './store.ts';

/** A line for each, as a JSON array. */
export async function writePointers(pointers: Iterable<TagPointer>, pace: Pace): Promise<string> {
  const lines: string[] = [];
  await paced(pointers, pace, ({ repository, tag, digest }) => {
    lines.push(JSON.stringify([repository, tag, digest]));
  });
  return lines.join('\n');
}

export function* readPointers(text: string): Generator<TagPointer> {
  if (text === '') return;
  for (const line of text.split('\n')) {
    const [repository, tag, digest] = JSON.parse(line) as [string, string, string];
    yield { repository, tag, digest };
  }
}
