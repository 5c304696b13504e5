/** What stands behind the # of the link with which the first administrator is made; null: there is somebody already. */
export async function setupSecret(databaseUrl: string): Promise<string | null> {
  const [{ offerSetup }, { openStore }] = await Promise.all([import('@rollcall/services'), import('@rollcall/store')])
  const store = await openStore({ url: databaseUrl, connections: 1 })
  try {
    const actor = { name: 'start', via: 'cli' as const }
    return (await offerSetup({ store, actor, now: () => new Date() }))?.secret ?? null
  } finally {
    await store.close()
  }
}
