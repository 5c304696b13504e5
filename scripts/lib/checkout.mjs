import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that this repository stands in. */
export const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
