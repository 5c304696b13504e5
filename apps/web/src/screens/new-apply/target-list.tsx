'use client'

import type { FleetTarget } from '@rollcall/services'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { VerdictStatus } from '../../components/state.tsx'
import { shortSha } from '../../format/sha.ts'
import classes from './target-picker.module.css'

interface TargetListProps {
  targets: readonly FleetTarget[]
  picked: ReadonlySet<string>
  onToggle: (slug: string) => void
}

const rowHeight = 32

/** One box to tick per tenant, with what it runs; only those in view exist. */
export function TargetList({ targets, picked, onToggle }: TargetListProps) {
  const frame = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: targets.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  })
  if (targets.length === 0) return <p className="dim small">No tenant is like that.</p>
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll everywhere
    <div ref={frame} className={classes.list} role="group" aria-label="Tenants to pick">
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const target = targets[item.index]
          return target === undefined ? null : (
            <label
              key={target.slug}
              className={classes.row}
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              <input type="checkbox" checked={picked.has(target.slug)} onChange={() => onToggle(target.slug)} />
              <span className="mono">{target.slug}</span>
              <span className="mono dim">{target.observedSha ? shortSha(target.observedSha) : '—'}</span>
              <VerdictStatus verdict={target.verdict} />
            </label>
          )
        })}
      </div>
    </div>
  )
}
