import { Transform, type TransformCallback } from 'node:stream'
import type { Blob } from './blobs.ts'
import { hashFor } from './digest.ts'

/**
 * Passes a blob on and keeps its last piece back until digest and length are proven: whoever reads behind it never gets
 * the whole of something wrong.
 */
export function checkedStream(blob: Blob): Transform & { wrong: () => string | null } {
  return new CheckedStream(blob)
}

class CheckedStream extends Transform {
  readonly #blob: Blob
  readonly #hash
  #bytes = 0
  #last: Buffer | null = null
  #wrong: string | null = null

  constructor(blob: Blob) {
    super()
    this.#blob = blob
    this.#hash = hashFor(blob.digest)
  }

  /** What was wrong with what came; null while nothing was. */
  wrong(): string | null {
    return this.#wrong
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#blob.size) {
      this.#fail('what came is longer than was said', done)
      return
    }
    this.#hash.update(chunk)
    const before = this.#last
    this.#last = chunk
    if (before === null) done()
    else done(null, before)
  }

  override _flush(done: TransformCallback): void {
    const name = this.#blob.digest.split(':')[0]
    const digest = `${name}:${this.#hash.digest('hex')}`
    if (this.#bytes !== this.#blob.size) this.#fail('what came is shorter than was said', done)
    else if (digest !== this.#blob.digest) this.#fail('what came has another digest', done)
    else done(null, this.#last ?? undefined)
  }

  #fail(why: string, done: TransformCallback): void {
    this.#wrong = why
    done(new Error(why))
  }
}
