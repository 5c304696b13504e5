const beatMilliseconds = 4_000

/**
 * Gives a sign of life while `work` runs: `beat` answers whether what is driven is still this driver's. The signal that
 * `work` gets aborts when the outer one does, or when another driver has taken over; then it ends without a word.
 */
export async function withHeart(
  beat: () => Promise<boolean>,
  signal: AbortSignal,
  work: (alive: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const heart = setInterval(() => {
    beat().then(
      (mine) => mine || lost.abort(new Error('another driver has taken over')),
      // the database does not answer: the next beat tells, and every write is fenced anyway
      () => {},
    )
  }, beatMilliseconds)
  try {
    await work(AbortSignal.any([signal, lost.signal]))
  } catch (error) {
    if (!lost.signal.aborted) throw error
  } finally {
    clearInterval(heart)
  }
}
