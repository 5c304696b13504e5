/**
 * Text in pieces as the body of an answer: the next piece is made when the last one was taken, and none after a leave. The
 * first is made before there is an answer: what fails at once is told as what it is, not as a file that breaks off.
 */
export async function streamOf(pieces: AsyncIterable<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const iterator = pieces[Symbol.asyncIterator]()
  let first: IteratorResult<string> | null = await iterator.next()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = first ?? (await iterator.next())
        first = null
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
