import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type HeldRepository, RegistryStore } from '@rollcall/registry-client/testing'
import { StateFile } from '../state-file.ts'
import { type Switch, Switches } from '../switches.ts'
import type { RegistryFaultName } from './faults.ts'

interface Saved {
  repositories: Record<string, HeldRepository>
  switches: Switch<RegistryFaultName>[]
}

/** What the registry holds, and its switches, over restarts: one file that says what is where, one for each content. */
export class KeptStore {
  readonly store = new RegistryStore()
  readonly switches = new Switches<RegistryFaultName>()
  readonly #folder: string
  readonly #file: StateFile<Saved>
  readonly #written = new Set<string>()
  #lastSave: Promise<void> = Promise.resolve()

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'registry')
    this.#file = new StateFile(join(stateFolder, 'registry.json'), () => ({
      repositories: this.store.held(),
      switches: [...this.switches.list()],
    }))
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const bytes = new Map<string, Buffer>()
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith('.new')) continue
      const digest = name.replace('-', ':')
      bytes.set(digest, await readFile(join(this.#folder, name)))
      this.#written.add(digest)
    }
    const saved = await this.#file.load()
    this.switches.load(saved?.switches ?? [])
    this.store.restore(saved?.repositories ?? {}, (digest) => bytes.get(digest) ?? null)
  }

  /** Resolves when everything it holds is on disk: contents first, so that what the file names is always there. */
  save(): Promise<void> {
    const saved = this.#lastSave.catch(() => {}).then(() => this.#saveNow())
    this.#lastSave = saved
    return saved
  }

  async #saveNow(): Promise<void> {
    for (const [digest, bytes] of [...this.store.contents()]) {
      if (this.#written.has(digest)) continue
      const path = join(this.#folder, digest.replace(':', '-'))
      await writeFile(`${path}.new`, bytes)
      await rename(`${path}.new`, path)
      this.#written.add(digest)
    }
    await this.#file.save()
  }
}
