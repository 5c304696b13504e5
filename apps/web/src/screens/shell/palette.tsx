'use client'

import { Modal } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useId, useState } from 'react'
import { verdictWords } from '../../components/vocabulary.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Icon } from '../../ui/icons.tsx'
import classes from './palette.module.css'
import { findPlaces, placesOf, tenantPlace } from './palette-places.ts'

/** From this many characters on, tenants are looked for too. */
const tenantsFrom = 2

/** Leads anywhere by a few typed characters: a room, an apply by its commit, a fleet, a tenant. Changes nothing. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const trpc = useTRPC()
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { data: overview } = useQuery(trpc.overview.get.queryOptions())
  const tenants = useQueries({
    queries: (overview?.environments ?? []).map(({ slug }) =>
      trpc.fleet.get.queryOptions(
        { environment: slug },
        { enabled: text.trim().length >= tenantsFrom, staleTime: 60_000, meta: { paceMs: 60_000 } },
      ),
    ),
    combine: (fleets) =>
      fleets.flatMap(({ data }) =>
        (data?.targets ?? []).map(({ slug, verdict }) =>
          tenantPlace(data?.environment ?? '', slug, verdictWords[verdict].word),
        ),
      ),
  })
  const typed = text.trim().length >= tenantsFrom
  const places = findPlaces(typed ? [...placesOf(overview), ...tenants] : placesOf(overview), text)
  const index = Math.min(at, Math.max(0, places.length - 1))

  const go = (href: string | undefined) => {
    if (href === undefined) return
    onClose()
    router.push(href)
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && places.length > 0) {
      event.preventDefault()
      setAt((index + step + places.length) % places.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(places[index]?.href)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      yOffset="12vh"
      size={560}
      classNames={classes}
      title="Go to"
    >
      <div className={classes.field}>
        <Icon name="search" />
        <input
          data-autofocus
          role="combobox"
          aria-label="Go to a room, an apply, a fleet or a tenant"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={places.length > 0 ? `${listId}-${index}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="slug, sha, room …"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={press}
        />
      </div>
      <div id={listId} role="listbox" aria-label="Places" className={classes.list}>
        {places.map((place, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field above keeps the focus and names the active one
          <div
            key={place.href}
            id={`${listId}-${position}`}
            role="option"
            aria-selected={position === index}
            onPointerMove={() => setAt(position)}
            onClick={() => go(place.href)}
          >
            <span>{place.label}</span>
            <span className={classes.note}>{place.note}</span>
          </div>
        ))}
      </div>
      {places.length === 0 && <p className={classes.none}>Nothing here is called that.</p>}
    </Modal>
  )
}
