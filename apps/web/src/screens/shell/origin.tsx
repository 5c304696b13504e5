'use client'

import { createContext, type ReactNode, useContext } from 'react'

const Origin = createContext('http://127.0.0.1:3000')

/** The configured address of this Rollcall, for all screens below; left out: an example of one. */
export function OriginProvider({ origin, children }: { origin: string | undefined; children: ReactNode }) {
  return origin === undefined ? children : <Origin value={origin}>{children}</Origin>
}

/** The address under which others reach this Rollcall, for lines to copy: where somebody has it open may be another. */
export const useOrigin = (): string => useContext(Origin)
