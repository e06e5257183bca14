// Whole numbers of federation.yaml: each with its bounds, its default and its meaning.
import { z } from 'zod';

export const whole = (minimum: number, maximum: number, unless: number, meaning: string) =>
  z.number().int().min(minimum).max(maximum).default(unless).describe(meaning);
