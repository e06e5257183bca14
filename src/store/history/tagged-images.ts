// Which images have which tags, on their way to the store's thread: one text, for a hundred thousand objects take too long
// to copy.
import { type Pace, paced } from '../../model/pace.ts';
import type { TaggedImage } from '../store.ts';

/**
 * The images as text that {@link readTagged} reads: a line for each, a JSON array of repository, digest and tags; empty for
 * none. It rests when the pace is due, and rejects only as the iteration of `images` does.
 */
export async function writeTagged(images: Iterable<TaggedImage>, pace: Pace): Promise<string> {
  const lines: string[] = [];
  await paced(images, pace, ({ repository, digest, tags }) => {
    lines.push(JSON.stringify([repository, digest, ...tags]));
  });
  return lines.join('\n');
}

/**
 * The images of a text that {@link writeTagged} made, one by one; none for an empty text. Throws a SyntaxError for
 * text that is not JSON lines.
 */
export function* readTagged(text: string): Generator<TaggedImage> {
  if (text === '') return;
  for (const line of text.split('\n')) {
    const [repository, digest, ...tags] = JSON.parse(line) as [string, string, ...string[]];
    yield { repository, digest, tags };
  }
}
