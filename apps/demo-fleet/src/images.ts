import { join } from 'node:path'
import { StateFile } from './state-file.ts'

/** The image registry of this box: which commit an image tag was built from. One for all environments. */
export class Images {
  readonly #byTag = new Map<string, string>()
  readonly #file: StateFile<Record<string, string>>

  constructor(stateFolder: string) {
    this.#file = new StateFile(join(stateFolder, 'images.json'), () => Object.fromEntries(this.#byTag))
  }

  async load(): Promise<void> {
    for (const [tag, sha] of Object.entries((await this.#file.load()) ?? {})) this.#byTag.set(tag, sha)
  }

  async put(tag: string, sha: string): Promise<void> {
    this.#byTag.set(tag, sha)
    await this.#file.save()
  }

  list(): { tag: string; sha: string }[] {
    return [...this.#byTag].map(([tag, sha]) => ({ tag, sha }))
  }

  /** The commit of `tag`: as registered, or as the tag itself says (`<sha>` or `<anything>-<sha>`); null = unknown. */
  resolve(tag: string): string | null {
    return this.#byTag.get(tag) ?? /^(?:.+-)?([0-9a-f]{40})$/.exec(tag)?.[1] ?? null
  }
}
