/**
 * How many times longer `work` takes for `times` times the text: about `times` where the time follows the length, about
 * its square where it does not. The best of several runs counts, so that neither a busy machine decides nor what is
 * only compiled once.
 */
export function timesSlower(work: (length: number) => void, length: number, times: number): number {
  let short = Number.POSITIVE_INFINITY
  let long = Number.POSITIVE_INFINITY
  for (let run = 0; run < 8; run++) {
    short = Math.min(short, millisecondsOf(work, length))
    long = Math.min(long, millisecondsOf(work, length * times))
  }
  // below this a clock tells less of the work than of itself
  return long / Math.max(short, 0.05)
}

function millisecondsOf(work: (length: number) => void, length: number): number {
  const startedAt = performance.now()
  work(length)
  return performance.now() - startedAt
}
