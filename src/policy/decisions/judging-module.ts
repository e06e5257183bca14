// One of the modules that judge a snapshot, with the classes of records that it can tell apart.
import type { PolicyModule } from '../wasm/module.ts';
import { Classes } from './classes.ts';

/** One of the modules that judge a snapshot; a missing module denies. */
export interface JudgingModule {
  readonly owner: string;
  readonly module: PolicyModule | null;
  readonly classes: Classes | null;
}

/**
 * The owner's module with the classes of records that it distinguishes; a `module` that is null did not load, and
 * has no classes (null). `before` (by default none): the owner's module that this one replaces, whose classes are
 * kept if it reads the same paths. A module has the same classes whenever it is given again, whatever `before` is.
 */
export function judgingModuleOf(
  owner: string,
  module: PolicyModule | null,
  before?: JudgingModule,
): JudgingModule {
  return { owner, module, classes: module === null ? null : classesOf(module, before) };
}

/** A module's classes are made once, whatever other modules it judges with. */
const classesOfModules = new WeakMap<PolicyModule, Classes>();

function classesOf(module: PolicyModule, before?: JudgingModule): Classes {
  const known = classesOfModules.get(module);
  if (known !== undefined) return known;
  const readsTheSame = before?.module?.projection.keeps === module.projection.keeps;
  const made = (readsTheSame ? before?.classes : null) ?? new Classes(module.projection);
  classesOfModules.set(module, made);
  return made;
}
