import { expect, it } from 'vitest'
import { bodyCapBytes, readBody } from './body.ts'

const streamed = (chunks: () => Generator<Uint8Array>) => {
  const source = chunks()
  let given = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = source.next()
      if (done) return controller.close()
      given += value.byteLength
      controller.enqueue(value)
    },
  })
  const request = new Request('http://rollcall.test/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  return { request, given: () => given }
}

it('reads a body of exactly 1 MiB', async () => {
  const request = new Request('http://rollcall.test/', { method: 'POST', body: 'x'.repeat(bodyCapBytes) })
  expect(await readBody(request)).toHaveLength(bodyCapBytes)
})

it('refuses a stated length over 1 MiB before reading anything', async () => {
  const { request, given } = streamed(function* () {
    for (;;) yield new Uint8Array(1024)
  })
  const stated = new Request(request, {
    headers: { 'content-length': String(bodyCapBytes + 1) },
    duplex: 'half',
  } as RequestInit)
  await expect(readBody(stated)).rejects.toMatchObject({ fault: { code: 'too_large' } })
  expect(given()).toBeLessThan(64 * 1024)
})

it('stops reading a body of no stated length once it passes 1 MiB', async () => {
  const { request, given } = streamed(function* () {
    for (;;) yield new Uint8Array(64 * 1024)
  })
  await expect(readBody(request)).rejects.toMatchObject({ fault: { code: 'too_large' } })
  expect(given()).toBeLessThan(bodyCapBytes + 256 * 1024)
})

it('is not misled by a stated length that is too small', async () => {
  const { request } = streamed(function* () {
    for (;;) yield new Uint8Array(64 * 1024)
  })
  const lying = new Request(request, { headers: { 'content-length': '5' }, duplex: 'half' } as RequestInit)
  await expect(readBody(lying)).rejects.toMatchObject({ fault: { code: 'too_large' } })
})

it('refuses a smaller body where nobody is known yet, and says how large it may be', async () => {
  const request = (bytes: number) => new Request('http://rollcall.test/', { method: 'POST', body: 'x'.repeat(bytes) })
  expect(await readBody(request(16_384), 16_384)).toHaveLength(16_384)
  await expect(readBody(request(16_385), 16_384)).rejects.toMatchObject({
    fault: {
      ...{ code: 'too_large', message: 'The body is larger than 16 KiB.', remedy: 'Send at most 16,384 bytes.' },
    },
  })
  await expect(readBody(request(bodyCapBytes + 1))).rejects.toMatchObject({
    fault: { message: 'The body is larger than 1 MiB.', remedy: 'Send at most 1,048,576 bytes.' },
  })
})

it('refuses bytes that are not UTF-8', async () => {
  const request = new Request('http://rollcall.test/', {
    method: 'POST',
    body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
  })
  await expect(readBody(request)).rejects.toMatchObject({ fault: { code: 'malformed' } })
})

it('reads no body as empty text', async () => {
  expect(await readBody(new Request('http://rollcall.test/', { method: 'POST' }))).toBe('')
})
