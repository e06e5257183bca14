// `panfed vocabulary import panet`: techniques of a release of PaNET, for federation.yaml or for the package.
import { Command } from 'commander';
import { readBounded, TOO_LARGE } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import { numbered } from '../terminal/numbered.ts';
import { type Output, processOutput } from '../terminal/output.ts';
import { writeText } from '../write-file.ts';

/** Bytes of a file of PaNET; the largest has 0.7 MiB. */
const MAX_BYTES = 67_108_864;

interface ImportOptions {
  readonly output?: string;
  readonly release?: string;
}

/**
 * `panfed vocabulary`, which writes to `output`, the process's by default. `import panet` rejects with USAGE for a file that
 * cannot be read, has more than 64 MiB or is not PaNET's, and as {@link writeText} does.
 */
export function vocabularyCommand(output: Output = processOutput()): Command {
  const imports = new Command('import').description('read a vocabulary that others keep').addCommand(
    new Command('panet')
      .description('read the techniques of a release of PaNET')
      .argument('<file>', 'PaNET.csv, or PaNET_reasoned.json')
      .option('-o, --output <file>', 'write them to a file instead, replacing what is there')
      .option('--release <version>', 'the version of PaNET, where the file does not say')
      .addHelpText(
        'after',
        `
Examples:
  $ panfed vocabulary import panet PaNET_reasoned.json --output techniques.json
  $ panfed vocabulary import panet PaNET.csv --release 1.3.1 --output techniques.json

federation.yaml names the file: \`vocabulary: {techniques: techniques.json}\`. PaNET is at
https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology`,
      )
      .action((file: string, options: ImportOptions) => importTechniques(file, options, output)),
  );
  return new Command('vocabulary').description('keep the vocabulary up to date').addCommand(imports);
}

async function importTechniques(
  file: string,
  { output: target, release }: ImportOptions,
  output: Output,
): Promise<void> {
  const { importPanet } = await import('../../vocabulary/panet/import.ts');
  const { text, count } = importPanet(await textOf(file), file, release ?? null);
  if (target === undefined) output.data(text);
  else {
    await writeText(target, text, true);
    output.message(`wrote ${numbered(count, 'technique')} to ${target}\n`);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readBounded(file, MAX_BYTES)).toString('utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === TOO_LARGE ? `has more than ${limitText(MAX_BYTES)}` : `cannot be read (${code})`;
    throw new FederationError('USAGE', `the file ${why}`, { at: file, cause });
  }
}
