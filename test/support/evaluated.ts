// `npx panfed policy eval …` as a document shows it, run in this process, which reads the catalogs and compiles a
// facility's modules once: documents show one case after another of the same demo.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { type CaseSetting, type OpenSetting, openSetting } from '../../src/cli/policy/case.ts';
import { evalCommand } from '../../src/cli/policy/eval.ts';
import { collect } from '../cli/collect.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The words behind `npx panfed policy eval`; null for another command, or one that needs a shell. */
export function evalWords(command: string): readonly string[] | null {
  const words = /^npx panfed policy eval((?: [\w.:/=-]+)*)$/.exec(command)?.[1];
  return words?.split(' ').filter(Boolean) ?? null;
}

/** What it prints in the project's folder, messages first. Rejects as the command does. */
export async function evaluated(words: readonly string[]): Promise<string> {
  assert.equal(`${process.cwd()}/`, ROOT, 'paths are shown from the project’s folder');
  const output = collect();
  const command = evalCommand(output, process.env, sharedSetting).exitOverride();
  await command.parseAsync(words, { from: 'user' });
  return output.stderr() + output.stdout();
}

interface Shared extends CaseSetting {
  end(): Promise<void>;
}

const settings = new Map<string, Promise<Shared>>();

/** The setting of the configuration and the policies, which stays open for the next case. */
const sharedSetting: OpenSetting = (options, policies, env) => {
  const key = JSON.stringify([options.demo, options.config, policies]);
  const known = settings.get(key) ?? openSetting(options, policies, env).then(shared);
  settings.set(key, known);
  return known;
};

function shared(setting: CaseSetting): Shared {
  const modules = new Map<string, ReturnType<CaseSetting['modules']>>();
  let catalog: ReturnType<CaseSetting['catalog']> | undefined;
  return {
    ...setting,
    catalog: () => {
      catalog ??= setting.catalog();
      return catalog;
    },
    modules: (facility) => {
      const known = modules.get(facility) ?? setting.modules(facility);
      modules.set(facility, known);
      return known;
    },
    close: async () => {},
    end: () => setting.close(),
  };
}

/** Closes what cases shared. */
export async function endSharedSettings(): Promise<void> {
  const opened = await Promise.all(settings.values());
  settings.clear();
  await Promise.all(opened.map(({ end }) => end()));
}
