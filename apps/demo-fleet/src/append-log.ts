import { createWriteStream, type WriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** What came in, append-only, on disk and in memory, oldest first. Each item gets a number and its time. */
export class AppendLog<Item extends { seq: number; at: string }> {
  readonly #path: string
  #items: Item[] = []
  #seq = 0
  #stream: WriteStream | null = null

  constructor(path: string) {
    this.#path = path
  }

  async open(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    for (const line of text.split('\n')) {
      const item = parseLine<Item>(line)
      if (item === null) continue
      this.#items.push(item)
      this.#seq = Math.max(this.#seq, item.seq)
    }
    this.#stream = createWriteStream(this.#path, { flags: 'a' })
    // A killed process may have left half a line; a line end of our own keeps it from eating the next item.
    if (text !== '' && !text.endsWith('\n')) this.#stream.write('\n')
  }

  /** Adds an item and answers it with its number. */
  append(entry: Unnumbered<Item>): Item {
    this.#seq += 1
    const item = { seq: this.#seq, at: new Date().toISOString(), ...entry } as unknown as Item
    this.#items.push(item)
    if (this.#items.length > 400_000) this.#items = this.#items.slice(-200_000)
    this.#stream?.write(`${JSON.stringify(item)}\n`)
    return item
  }

  /** Oldest first, after `since` (a sequence number, a point in time, empty = everything); the `last` ones, 0 = all. */
  list(since: string, last = 0): Item[] {
    const items = this.#after(since)
    return last > 0 ? items.slice(-last) : items
  }

  #after(since: string): Item[] {
    if (since === '') return this.#items
    if (/^\d+$/.test(since)) return this.#items.filter((item) => item.seq > Number(since))
    const from = new Date(since).getTime()
    return this.#items.filter((item) => new Date(item.at).getTime() >= from)
  }

  close(): Promise<void> {
    const stream = this.#stream
    this.#stream = null
    return stream === null ? Promise.resolve() : new Promise((resolve) => stream.end(() => resolve()))
  }
}

/** Of each kind of item, what is to be told: its number and its time come by themselves. */
type Unnumbered<Item> = Item extends unknown ? Omit<Item, 'seq' | 'at'> : never

function parseLine<Item>(line: string): Item | null {
  if (line === '') return null
  try {
    return JSON.parse(line) as Item
  } catch {
    return null
  }
}
