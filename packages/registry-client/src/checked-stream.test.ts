import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkedStream } from './checked-stream.ts'
import { digestOf } from './digest.ts'

const bytes = randomBytes(10_000)
const blob = { digest: digestOf(bytes), size: bytes.length }

/** What comes out behind the stream when this goes in, in pieces, and what it says was wrong. */
async function through(what: Buffer, pieceLength: number, expected = blob) {
  const stream = checkedStream(expected)
  const out: Buffer[] = []
  stream.on('data', (chunk: Buffer) => out.push(chunk))
  const ended = new Promise<boolean>((resolve) => {
    stream.on('end', () => resolve(true))
    stream.on('error', () => resolve(false))
  })
  for (let at = 0; at < what.length && !stream.destroyed; at += pieceLength) {
    stream.write(what.subarray(at, at + pieceLength))
    await new Promise((resolve) => setImmediate(resolve))
  }
  stream.end()
  return { complete: await ended, out: Buffer.concat(out), wrong: stream.wrong() }
}

describe('a checked stream', () => {
  it.each([1000, 9999, 10_000, 20_000])('passes on what is right, in pieces of %i', async (pieceLength) => {
    const { complete, out, wrong } = await through(bytes, pieceLength)
    expect({ complete, wrong, same: out.equals(bytes) }).toEqual({ complete: true, wrong: null, same: true })
  })

  it('passes on nothing where nothing is right', async () => {
    const empty = Buffer.alloc(0)
    expect(await through(empty, 1, { digest: digestOf(empty), size: 0 })).toMatchObject({ complete: true, wrong: null })
    expect(await through(empty, 1)).toMatchObject({ complete: false, wrong: expect.stringContaining('shorter') })
  })

  it('checks in the algorithm of the digest', async () => {
    const expected = { digest: digestOf(bytes, 'sha512'), size: bytes.length }
    expect(await through(bytes, 3000, expected)).toMatchObject({ complete: true, wrong: null })
  })

  it.each([
    ['other bytes of the same length', Buffer.alloc(bytes.length), /digest/],
    ['less', bytes.subarray(1), /shorter/],
    ['more', Buffer.concat([bytes, Buffer.from('x')]), /longer/],
  ])('never lets the whole of %s through', async (_, what, why) => {
    for (const pieceLength of [1000, 10_001]) {
      const { complete, out, wrong } = await through(what, pieceLength)
      expect(complete).toBe(false)
      expect(out.length).toBeLessThan(bytes.length)
      expect(wrong).toMatch(why)
    }
  })
})
