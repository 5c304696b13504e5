// Preloaded (node --import) into every child of the launcher, so that none of them needs to know about it:
// when the launcher dies, however it dies, the channel to it closes and the child is asked to end as by SIGTERM. And a
// child that does not manage to end in time (open event streams keep a web server waiting) is ended.
const seconds = Number(process.env.ROLLCALL_EXIT_SECONDS) || 15

function endInTime() {
  setTimeout(() => process.exit(0), seconds * 1000).unref()
}

process.once('SIGTERM', endInTime)
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
