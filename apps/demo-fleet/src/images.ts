import { join } from 'node:path'
import { HttpError } from './http.ts'
import { type BuildsSource, findPublished } from './published-builds.ts'
import { StateFile } from './state-file.ts'

/** The image registry of this box: which commit an image tag was built from. One for all environments. */
export class Images {
  readonly #byTag = new Map<string, string>()
  readonly #file: StateFile<Record<string, string>>

  readonly #source: BuildsSource | null

  constructor(stateFolder: string, source: BuildsSource | null = null) {
    this.#source = source
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

  /** Like `resolve`, and asks where builds are announced for a tag that is new here. 503 when that cannot be read now. */
  async find(tag: string): Promise<string | null> {
    const known = this.resolve(tag)
    if (known !== null || this.#source === null) return known
    let sha: string | null
    try {
      sha = await findPublished(this.#source, tag)
    } catch {
      throw new HttpError(503, 'which commit this tag is cannot be looked up at the moment')
    }
    if (sha !== null) await this.put(tag, sha)
    return sha
  }
}
