// How each engine pulls an image: by digest, and safe to paste.

export interface PullCommand {
  readonly engine: string;
  readonly command: string;
}

/** Nothing in it that a shell would read; what is outside of it gets no command. */
const PLAIN_REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;

const COMMANDS: readonly (readonly [string, (reference: string) => string])[] = [
  ['docker', (reference) => `docker pull ${reference}`],
  ['podman', (reference) => `podman pull ${reference}`],
  ['apptainer', (reference) => `apptainer pull docker://${reference}`],
  ['shifter', (reference) => `shifterimg pull docker:${reference}`],
];

/** Empty for a reference without a digest. */
export function pullCommands(reference: string): readonly PullCommand[] {
  if (!PLAIN_REFERENCE.test(reference)) return [];
  return COMMANDS.map(([engine, command]) => ({ engine, command: command(reference) }));
}
