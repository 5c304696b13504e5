import type { FuzzReport } from './run.ts'

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`

/** Prints a line per entry and what was found; answers whether nothing was. */
export function tell(report: FuzzReport, seed: number): boolean {
  const { tallies, sent, seconds, failures, complaints, health, memory, grown } = report
  const width = Math.max(...[...tallies.keys()].map((name) => name.length))
  console.log(`${'entry'.padEnd(width)}    sent  slowest  statuses`)
  for (const [name, tally] of tallies) {
    const statuses = [...tally.statuses].sort(([a], [b]) => a - b)
    const told = statuses.map(([status, count]) => `${count} × ${status === 0 ? 'closed' : status}`).join(', ')
    const slowest = `${tally.slowestMs.toFixed(0)} ms`
    console.log(`${name.padEnd(width)} ${String(tally.sent).padStart(7)} ${slowest.padStart(8)}  ${told}`)
  }
  console.log(`\n${sent} requests in ${seconds.toFixed(0)} s, ${(sent / seconds).toFixed(0)} per second, seed ${seed}`)
  const sizes = (pick: 'held' | 'rss') => memory.map((one) => (one === null ? 'gone' : mib(one[pick]))).join(', ')
  console.log(`memory after a tenth, at half time, at the end: held ${sizes('held')}; resident ${sizes('rss')}`)
  console.log(`/healthz: asked ${health.asked} times meanwhile, at worst ${health.worstMs.toFixed(0)} ms`)
  console.log(`rows written: ${[...grown].map(([name, rows]) => `${name} +${rows}`).join(', ') || 'none'}`)
  for (const { entry, at, sort, complaint, request, answer } of failures) {
    console.log(`\n✘ ${entry}: ${complaint} (${sort})`)
    console.log(`  npm run fuzz -- --only '${entry}' --seed ${seed} --first ${at} --count 1`)
    console.log(`  request: ${request}`)
    if (answer) console.log(`  answer:  ${answer}`)
  }
  for (const complaint of complaints) console.log(`\n✘ ${complaint}`)
  const isGood = failures.length === 0 && complaints.length === 0 && sent > 0
  console.log(isGood ? '\nnothing found' : `\n${failures.length + complaints.length} found`)
  return isGood
}
