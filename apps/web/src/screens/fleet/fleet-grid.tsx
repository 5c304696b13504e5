'use client'

import type { FleetTarget, FleetView } from '@rollcall/services'
import { FleetCanvas } from './fleet-canvas.tsx'
import { FleetTiles } from './fleet-tiles.tsx'

/** Up to here every tenant has a tile with its name; a larger fleet is one canvas. */
const tileLimit = 96

/** The picture of a fleet, as large as its size allows. In a canvas what was not looked for stays in its place, faint. */
export function FleetGrid({ fleet, found }: { fleet: FleetView; found: readonly FleetTarget[] }) {
  return fleet.targets.length <= tileLimit ? (
    <FleetTiles environment={fleet.environment} targets={found} />
  ) : (
    <FleetCanvas environment={fleet.environment} targets={fleet.targets} found={found} />
  )
}
