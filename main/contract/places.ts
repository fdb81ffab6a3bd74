// Files and folders as the renderer may name them.
import { z } from 'zod'

/** An opaque id for a file or folder, handed out by a native dialog, a drop or `places.list`. Never a path. */
export const placeId = z.string().regex(/^place-[a-z0-9]{16}$/)
