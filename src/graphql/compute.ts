// Type ComputeResource: where facilities run jobs, as far as the caller may know of it.
import type { ResourceAccess } from '../policy/engine.ts';
import type { Field, GatewayContext } from './context.ts';

/** Those that the caller may know of, in the order of federation.yaml; `facility` null, as by default: of all. */
export async function visibleResources(
  { parts, policies, caller }: GatewayContext,
  facility: string | null = null,
): Promise<readonly ResourceAccess[]> {
  const visible = await policies.resources(parts.resources, caller.subject);
  return facility === null ? visible : visible.filter(({ resource }) => resource.facility === facility);
}

type Of = Field<ResourceAccess>;

/** Resolvers of the GraphQL type `ComputeResource`; fields that are not here are read from the value itself. */
export const ComputeResourceType: Readonly<Record<string, Of>> = {
  id: ({ resource }) => resource.id,
  name: ({ resource }) => resource.name,
  facility: ({ resource }, _, { parts }) => parts.places.get(resource.facility),
  scheduler: ({ resource }) => resource.scheduler,
  partition: ({ resource }) => resource.partition,
  engines: ({ resource }) => resource.engines,
  nodes: ({ resource }) => resource.nodes,
  timeLimit: ({ resource }) => resource.timeLimit,
  fabric: ({ resource }) => resource.fabric,
  mpi: ({ resource }) => resource.mpi,
  readsDataOf: ({ resource }, _, { parts }) => resource.readsDataOf.map((id) => parts.places.get(id)),
  allowsUnverified: ({ resource }) => resource.allowsUnverified,
};
