// Whole numbers of federation.yaml, each with its bounds, its default and its meaning.
import { z } from 'zod';

/** A schema of whole numbers from `minimum` to `maximum`, both included; `fallback` is the default. */
export const whole = (minimum: number, maximum: number, fallback: number, meaning: string) =>
  z.number().int().min(minimum).max(maximum).default(fallback).describe(meaning);
