// Texts that writers leave unquoted: a class called `7`, `true` or `null`.
import { z } from 'zod'

/** A plain value as text. Lists and objects are refused: what they give as text is no name, and need not exist. */
export const scalarText = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform(String)
