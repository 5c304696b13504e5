'use client'

import { useMounted } from '@mantine/hooks'

/** The address at which this page was opened; until it is known, an example of one. */
export const useOrigin = (): string => {
  const mounted = useMounted()
  return mounted ? window.location.origin : 'http://127.0.0.1:3000'
}
