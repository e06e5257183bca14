// The registry that a document starts with Debian's docker-registry and pushes to with Debian's umoci and skopeo: at a free
// port in place of the one that the document shows.
import type { Block } from './markdown.ts';
import { freePort } from './oci/docker-registry.ts';
import { needs, onPath } from './real.ts';
import { openTerminal, type Place } from './terminal.ts';

const PROGRAMS = ['docker-registry', 'umoci', 'skopeo'];

const missing = PROGRAMS.filter((name) => onPath(name) === null);

/** Options of a test of a block that starts the registry, pushes to it or asks for what was pushed. */
export const needsRegistry = needs(
  `${PROGRAMS.join(', ')} (Debian: the packages of these names)`,
  missing.length === 0 ? 'all' : null,
);

export interface ShownRegistry {
  /** What tells federation.oci.yaml where it is; empty where the document has none. */
  readonly env: NodeJS.ProcessEnv;
  /** What the document shows, with the registry's address in this test. */
  here(shown: string): string;
  /** What came back, with the address that the document shows. */
  asShown(actual: string): string;
  /** In a terminal of its own; resolves when it listens. */
  start(command: string, place: Place): Promise<void>;
  close(): Promise<void>;
}

/** The registry of the document's block with the word `registry=ADDRESS`; where there is none, nothing is replaced. */
export async function shownRegistry(blocks: readonly Block[]): Promise<ShownRegistry> {
  const shown = blocks.find(({ words }) => words.registry)?.words.registry;
  const actual = shown === undefined ? undefined : `127.0.0.1:${await freePort()}`;
  const ends: (() => Promise<void>)[] = [];
  return {
    env: actual === undefined ? {} : { PANFED_REGISTRY: actual },
    here: (text) => (shown && actual ? text.replaceAll(shown, actual) : text),
    asShown: (text) => (shown && actual ? text.replaceAll(actual, shown) : text),
    async start(command, place) {
      const terminal = openTerminal(place);
      ends.push(async () => {
        await terminal.interrupt().finally(terminal.close);
      });
      await terminal.begin(command, /\blistening on /);
    },
    async close() {
      for (const end of ends) await end();
    },
  };
}
