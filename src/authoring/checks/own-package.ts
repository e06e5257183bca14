// Finds modules of another package, which would belong to another owner, or collide with its modules.
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';

/** Refuses modules outside of their owner's package; no comment can allow them. */
export const ownPackage: Check = {
  name: 'own-package',
  severity: 'error',
  canBeAllowed: false,
  find: ({ owner, modules }: ParsedPolicy) =>
    modules
      .filter((module) => !owner.package.every((key, index) => key === module.package[index]))
      .map((module) =>
        problemAt(
          module,
          module.packageLocation,
          `package ${module.package.join('.')} is not ${owner.name}’s`,
          `write package ${owner.package.join('.')}`,
        ),
      ),
};
