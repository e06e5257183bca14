// A document of our own: its text, made from a `.graphql` file and checked against the schema when the program is built.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

/** With what it answers and takes as types; `toString()` of what is generated gives it. */
export type TypedText<Result, Variables> = string & DocumentTypeDecoration<Result, Variables>;
