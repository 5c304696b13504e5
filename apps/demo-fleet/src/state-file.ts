import { open, readFile, rename } from 'node:fs/promises'

/**
 * One JSON file that is always whole: written beside and renamed over. Saves that come while one is being written are
 * folded into the next, so a burst of changes costs two writes and every `save()` resolves only when its change is in.
 */
export class StateFile<T> {
  readonly #path: string
  readonly #value: () => T
  #writing: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(path: string, value: () => T) {
    this.#path = path
    this.#value = value
  }

  /** What was saved last, or null when nothing ever was. Throws when the file is there and not readable as JSON. */
  async load(): Promise<T | null> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8')) as T
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  save(): Promise<void> {
    if (this.#writing === null) {
      this.#writing = this.#write().finally(() => {
        this.#writing = null
      })
      return this.#writing
    }
    this.#next ??= this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = null
        return this.save()
      })
    return this.#next
  }

  async #write(): Promise<void> {
    const beside = `${this.#path}.new`
    const file = await open(beside, 'w')
    try {
      await file.writeFile(JSON.stringify(this.#value()))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, this.#path)
  }
}
