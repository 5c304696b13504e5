'use client'

import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { FleetTarget } from '@rollcall/services'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { verdictWords } from '../../components/vocabulary.ts'
import { CellCard } from './cell-card.tsx'
import { drawFleet } from './draw-fleet.ts'
import classes from './fleet-canvas.module.css'
import { cellAt, cellPlace, gridLayout } from './grid-layout.ts'
import { useRoving } from './use-roving.ts'

interface FleetCanvasProps {
  environment: string
  targets: readonly FleetTarget[]
  found: readonly FleetTarget[]
}

const wantedHeight = 620
const cardWidth = 296
const cardHeight = 170

/**
 * A large fleet as one painting. For the keyboard it is one list with one element, the one in focus: arrows move, Enter
 * opens; a screen reader hears where it stands and what it is. The table has the same content.
 */
export function FleetCanvas({ environment, targets, found }: FleetCanvasProps) {
  const router = useRouter()
  const optionId = useId()
  const scheme = useComputedColorScheme('light')
  const { ref, width } = useElementSize<HTMLDivElement>()
  const canvas = useRef<HTMLCanvasElement>(null)
  const layout = useMemo(() => gridLayout(targets.length, width, wantedHeight), [targets.length, width])
  const roving = useRoving(targets.length, layout.columns)
  const [hovered, setHovered] = useState<number | null>(null)
  const [focused, setFocused] = useState(false)
  const wanted = useMemo(
    () => (found.length === targets.length ? null : new Set(found.map(({ slug }) => slug))),
    [found, targets.length],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read from the page
  useEffect(() => {
    if (canvas.current && width > 0) drawFleet({ canvas: canvas.current, layout, width, targets, found: wanted })
  }, [layout, width, targets, wanted, scheme])

  const shown = hovered ?? (focused ? roving.index : null)
  const target = shown === null ? undefined : targets[shown]
  const open = (index: number) => router.push(`/fleet/${environment}/${targets[index]?.slug}`)
  const place = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    return box ? cellAt(layout, targets.length, event.clientX - box.left, event.clientY - box.top) : null
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      open(roving.index)
    } else if (roving.onKey(event) !== null) setHovered(null)
  }
  const current = targets[roving.index]
  return (
    <div ref={ref} className={classes.frame}>
      <canvas
        ref={canvas}
        style={{ width, height: layout.height }}
        onPointerMove={(event) => setHovered(place(event))}
        onPointerLeave={() => setHovered(null)}
        onClick={() => hovered !== null && open(hovered)}
        data-over={hovered !== null || undefined}
      />
      <div
        className={classes.list}
        role="listbox"
        tabIndex={0}
        aria-label={`The fleet of ${environment}, ${targets.length} tenants. Arrow keys move, Enter opens.`}
        aria-activedescendant={optionId}
        onKeyDown={press}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        {current && (
          <div
            id={optionId}
            role="option"
            tabIndex={-1}
            aria-selected={focused}
            aria-posinset={roving.index + 1}
            aria-setsize={targets.length}
            className="visually-hidden"
          >
            {current.slug}, {verdictWords[current.verdict].word}. {current.reason}
          </div>
        )}
      </div>
      {target && shown !== null && width > 0 && (
        <Marker index={shown} layout={layout} width={width} target={target} focused={focused && hovered === null} />
      )}
    </div>
  )
}

interface MarkerProps {
  index: number
  layout: ReturnType<typeof gridLayout>
  width: number
  target: FleetTarget
  focused: boolean
}

function Marker({ index, layout, width, target, focused }: MarkerProps) {
  const { x, y } = cellPlace(layout, index)
  const marker = useRef<HTMLSpanElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: moving on is what has to be scrolled to
  useEffect(() => {
    if (focused) marker.current?.scrollIntoView({ block: 'nearest' })
  }, [focused, index])
  const left = Math.min(Math.max(0, x - cardWidth / 2), Math.max(0, width - cardWidth))
  const below = y < cardHeight + 20
  return (
    <>
      <span
        ref={marker}
        className={classes.marker}
        style={{ left: x - 3, top: y - 3, width: layout.cell + 6, height: layout.cell + 6 }}
      />
      <div
        className={classes.card}
        style={below ? { left, top: y + layout.pitch + 8 } : { left, bottom: layout.height - y + 8 }}
      >
        <CellCard target={target} />
      </div>
    </>
  )
}
