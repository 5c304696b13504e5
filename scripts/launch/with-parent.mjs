// Preloaded (node --import) into every child of the launcher, so that none of them needs to know about it:
// when the launcher dies, however it dies, the channel to it closes and the child is asked to end as by SIGTERM. And a
// child that does not manage to end in time (open event streams keep a web server waiting) is ended.
const seconds = Number(process.env.ROLLCALL_EXIT_SECONDS) || 15

process.once('SIGTERM', () => {
  // Listening here has switched Node's own reaction off: a child that is still starting, and has nothing to bring to an
  // end yet, would miss the signal.
  if (process.listenerCount('SIGTERM') === 0) process.exit(143)
  setTimeout(() => process.exit(0), seconds * 1000).unref()
})

if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
