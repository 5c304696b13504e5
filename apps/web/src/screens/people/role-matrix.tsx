'use client'

import { Checkbox } from '@mantine/core'
import { roles as roleFacts, roleNames } from '@rollcall/rollout'
import type { RoleHeld } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import classes from './people.module.css'

interface RoleMatrixProps {
  value: readonly RoleHeld[]
  onChange: (value: RoleHeld[]) => void
  /** Why nothing here can be chosen; null: it can. */
  reason: string | null
}

/** What somebody is, and where: roles across, places down. What is held everywhere is held in each place. */
export function RoleMatrix({ value, onChange, reason }: RoleMatrixProps) {
  const trpc = useTRPC()
  const { data: environments = [] } = useQuery(trpc.environments.list.queryOptions())
  const reasonId = useId()
  const places = [null, ...environments.map(({ slug }) => slug)]
  const has = (one: RoleHeld) =>
    value.some(({ role, environment }) => role === one.role && environment === one.environment)
  const toggle = (one: RoleHeld) =>
    onChange(
      has(one)
        ? value.filter(({ role, environment }) => role !== one.role || environment !== one.environment)
        : [...value, one],
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.matrixFrame} aria-label="Roles by environment" tabIndex={0}>
      <table className={classes.matrix}>
        <caption className="visually-hidden">Roles by environment</caption>
        <thead>
          <tr>
            <th scope="col">where</th>
            {roleNames.map((role) => (
              <th key={role} scope="col" title={roleFacts[role].words}>
                {role}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((environment) => (
            <tr key={environment ?? ''}>
              <th scope="row">{environment ?? 'everywhere'}</th>
              {roleNames.map((role) => {
                const one = { role, environment }
                const covered = environment !== null && has({ role, environment: null })
                const off = reason !== null || covered
                return (
                  <td key={role} data-off={off || undefined} title={covered ? 'held everywhere' : undefined}>
                    <Checkbox
                      checked={covered || has(one)}
                      aria-label={`${role} ${environment === null ? 'everywhere' : `in ${environment}`}${covered ? ', held everywhere' : ''}`}
                      aria-disabled={off || undefined}
                      aria-describedby={reason === null ? undefined : reasonId}
                      onChange={() => {
                        if (!off) toggle(one)
                      }}
                    />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {reason !== null && (
        <p id={reasonId} className={classes.quiet}>
          {reason}
        </p>
      )}
      <dl className={classes.legend}>
        {roleNames.map((role) => (
          <div key={role}>
            <dt>{role}</dt>
            <dd>{roleFacts[role].words}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
