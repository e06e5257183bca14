// Type Facility: a lab of federation.yaml, the state of its registries, and the state of its policy.
import type { RegistryState } from '../catalog/catalog.ts';
import type { FacilityConfig } from '../config/facility.ts';
import { visibleResources } from './compute.ts';
import type { Field } from './context.ts';

/** Resolvers of the GraphQL type `Facility`; fields that are not here are read from the value itself. */
export const Facility: Readonly<Record<string, Field<FacilityConfig>>> = {
  ror: ({ ror }) => ror ?? null,
  url: ({ url }) => url ?? null,
  registries: ({ id }, _, { parts }) => parts.catalog.states().filter(({ facility }) => facility === id),
  compute: ({ id }, _, scope) => visibleResources(scope, id),
  policy: ({ id }, _, { policies }) => {
    const status = policies.facility(id);
    if (status === null) return null;
    const { activated, refused } = status;
    return {
      ...status,
      activated: activated === null ? null : dateTime(activated),
      refused: refused === null ? null : { at: dateTime(refused.at), code: refused.code },
    };
  },
};

const dateTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Resolvers of the GraphQL type `Registry`; fields that are not here are read from the value itself. */
export const Registry: Readonly<Record<string, Field<RegistryState>>> = {
  key: ({ registry }) => registry,
  age: ({ checkedAt }, _, { parts }) =>
    checkedAt === null ? null : Math.max(0, Math.floor((parts.clock.wall() - checkedAt) / 1_000)),
};
