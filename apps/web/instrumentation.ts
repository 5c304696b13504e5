/** Runs once before the first request: a process with unusable settings stops here and says which. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { leaveOnSignal } = await import('./src/server/leaving.ts')
  const { checkSettings, disarmTrace } = await import('./src/server/start.ts')
  checkSettings()
  disarmTrace()
  leaveOnSignal()
}
