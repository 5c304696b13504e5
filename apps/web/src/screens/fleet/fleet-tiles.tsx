'use client'

import type { FleetTarget } from '@rollcall/services'
import Link from 'next/link'
import { type KeyboardEvent, useRef } from 'react'
import { VerdictStatus } from '../../components/state.tsx'
import { verdictWords } from '../../components/vocabulary.ts'
import { shortSha } from '../../format/sha.ts'
import { Hint } from '../../ui/hint.tsx'
import { toneClass } from '../../ui/tone.ts'
import classes from './fleet-tiles.module.css'
import { useRoving } from './use-roving.ts'

interface FleetTilesProps {
  environment: string
  targets: readonly FleetTarget[]
}

/** A small fleet: one tile per tenant with its name, its verdict and what it runs. Fresh ones recede. */
export function FleetTiles({ environment, targets }: FleetTilesProps) {
  const list = useRef<HTMLUListElement>(null)
  const links = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a') ?? [])]
  const columns = () => {
    const tops = links().map((link) => link.offsetTop)
    return Math.max(1, tops.filter((top) => top === tops[0]).length)
  }
  const roving = useRoving(targets.length, 1)
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault()
      const next = roving.index + (event.key === 'ArrowUp' ? -columns() : columns())
      if (next < 0 || next >= targets.length) return
      roving.setIndex(next)
      links()[next]?.focus()
      return
    }
    const next = roving.onKey(event)
    if (next !== null) links()[next]?.focus()
  }
  return (
    <ul ref={list} className={classes.tiles} onKeyDown={press} aria-label={`The fleet of ${environment}`}>
      {targets.map((target, index) => {
        const quiet = target.verdict === 'fresh'
        return (
          <li key={target.slug}>
            <Hint label={`${target.reason}${target.enumerated ? '' : " Not in the control plane's last list."}`}>
              {(bind) => (
                <Link
                  href={`/fleet/${environment}/${target.slug}`}
                  prefetch={false}
                  tabIndex={index === roving.index ? 0 : -1}
                  className={toneClass(verdictWords[target.verdict].tone)}
                  data-quiet={quiet || undefined}
                  onClick={() => roving.setIndex(index)}
                  {...bind}
                >
                  <span className={`${classes.slug} mono`}>{target.slug}</span>
                  <span className={classes.line}>
                    <VerdictStatus verdict={target.verdict} />
                    <span className="mono">{target.observedSha ? shortSha(target.observedSha) : '—'}</span>
                  </span>
                </Link>
              )}
            </Hint>
          </li>
        )
      })}
    </ul>
  )
}
