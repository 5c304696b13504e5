import { readEnv } from './env.ts'
import { startWorker, type Worker } from './worker.ts'

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`)

async function main() {
  const worker = await startWorker(readEnv(process.env), { log, variables: process.env })
  log(`worker ${worker.id} is at work`)
  process.send?.('ready')
  endWith(worker)
}

function endWith(worker: Worker) {
  let ending = false
  const end = (why: string) => {
    if (ending) return
    ending = true
    log(`worker ${worker.id} drains: ${why}`)
    worker.drain().then(
      () => {
        log(`worker ${worker.id} has drained`)
        process.exit(0)
      },
      (error: Error) => {
        log(`worker ${worker.id} could not drain: ${error.message}`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
  // the process that started us has gone
  process.on('disconnect', () => end('the launcher has gone'))
}

main().catch((error: Error) => {
  console.error(`the worker could not start: ${error.message}`)
  process.exit(1)
})
