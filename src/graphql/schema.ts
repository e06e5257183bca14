// The gateway's own schema: its SDL and its resolvers, without any facility's extension.
import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { ComputeResourceType } from './compute.ts';
import * as connection from './connection.ts';
import { ImageComparisonType } from './contents.ts';
import { enums } from './enums.ts';
import { ExplanationType } from './explanation.ts';
import { Facility, Registry } from './facility.ts';
import { Framework } from './framework.ts';
import { FrameworkVersionType, Image, LicenseCondition } from './image.ts';
import {
  CandidateType,
  CandidateVersionType,
  DataCatalogOutcomeType,
  DataSetType,
  MatchConnectionType,
} from './match.ts';
import { Node, Query, Viewer } from './query.ts';
import { scalars } from './scalars.ts';
import { ImageNotice, TagSpan } from './tag-history.ts';
import { CountedTechniqueType, TechniqueSense, TechniqueType } from './technique.ts';
import { Provenance, Trust } from './trust.ts';

/** The SDL, which is the contract with portals. */
export const typeDefs = readFileSync(new URL('../../src/graphql/schema.graphql', import.meta.url), 'utf8');

/** The resolvers of the types in {@link typeDefs}, by type. */
export const resolvers = {
  ...enums,
  ...scalars,
  Query,
  Node,
  Viewer,
  Image,
  ImageComparison: ImageComparisonType,
  TagSpan,
  ImageNotice,
  FrameworkVersion: FrameworkVersionType,
  LicenseCondition,
  Provenance,
  Trust,
  Explanation: ExplanationType,
  Framework,
  Technique: TechniqueType,
  TechniqueSense,
  CountedTechnique: CountedTechniqueType,
  Facility,
  Registry,
  ComputeResource: ComputeResourceType,
  MatchConnection: MatchConnectionType,
  Candidate: CandidateType,
  CandidateVersion: CandidateVersionType,
  DataSet: DataSetType,
  DataCatalogOutcome: DataCatalogOutcomeType,
  ImageConnection: connection.ImageConnectionType,
  ImageEdge: connection.ImageEdge,
  FrameworkConnection: connection.FrameworkConnectionType,
  FrameworkEdge: connection.FrameworkEdge,
  SourceOutcome: connection.SourceOutcomeType,
};

/**
 * The executable schema of {@link typeDefs} and {@link resolvers}, without extensions; each call makes
 * another.
 */
export function createSchema(): GraphQLSchema {
  return makeExecutableSchema({ typeDefs, resolvers });
}

let shared: GraphQLSchema | null = null;

/**
 * The executable schema of {@link typeDefs} and {@link resolvers}, without extensions: one for all gateways of a process,
 * since what is a gateway's own is in the context of its requests. To make it takes as long as a hundred answers.
 */
export function sharedSchema(): GraphQLSchema {
  shared ??= createSchema();
  return shared;
}
