// The setting of cases of `panfed policy eval` and `explain` that stays open from one to the next: its catalogs are read,
// and a facility's modules compiled, once in a process.
import { type CaseSetting, type OpenSetting, openSetting } from '../../src/cli/policy/case.ts';

interface Shared extends CaseSetting {
  end(): Promise<void>;
}

const settings = new Map<string, Promise<Shared>>();

/** The setting of a configuration and policies that do not change while this process runs. */
export const sharedSetting: OpenSetting = (options, policies, env) => {
  const key = JSON.stringify([options.demo, options.config, policies]);
  const known = settings.get(key) ?? openSetting(options, policies, env).then(shared);
  settings.set(key, known);
  return known;
};

function shared(setting: CaseSetting): Shared {
  const modules = new Map<string | null, ReturnType<CaseSetting['modules']>>();
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
