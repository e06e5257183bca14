// The command with which each engine pulls an image: by digest, and safe to paste into a shell.
import { isPinnedReference } from '../model/image-reference.ts';

export interface PullCommand {
  readonly engine: string;
  readonly command: string;
}

const COMMANDS: readonly (readonly [string, (reference: string) => string])[] = [
  ['docker', (reference) => `docker pull ${reference}`],
  ['podman', (reference) => `podman pull ${reference}`],
  ['apptainer', (reference) => `apptainer pull docker://${reference}`],
  ['shifter', (reference) => `shifterimg pull docker:${reference}`],
];

/**
 * One command per engine (docker, podman, apptainer, shifter), in this order; empty for a reference without a
 * digest (sha256 or sha512, OCI) or with characters that a shell interprets.
 */
export function pullCommands(reference: string): readonly PullCommand[] {
  if (!isPinnedReference(reference)) return [];
  return COMMANDS.map(([engine, command]) => ({ engine, command: command(reference) }));
}
