import type { Failure, Result } from './facts.ts'

/** Does `work` for each item, at most `width` at once, in any order; after the first failure nothing more is begun. */
export async function inParallel<Item, T>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result<T>>,
): Promise<Result<{ done: T[] }>> {
  const rest = items[Symbol.iterator]()
  const done: T[] = []
  let failed: Failure | null = null
  const worker = async () => {
    for (let next = rest.next(); failed === null && next.done !== true; next = rest.next()) {
      const result = await work(next.value)
      if (result.outcome === 'ok') done.push(result)
      else failed ??= result
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return failed ?? { outcome: 'ok', done }
}
