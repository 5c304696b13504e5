'use client'

import type { ApplyView, OperationRow } from '@rollcall/services'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Claimed, Observed } from '../../components/observed.tsx'
import { OperationStatus, VerdictStatus } from '../../components/state.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import type { Tone } from '../../ui/tone.ts'
import classes from './operations-table.module.css'
import { Walk } from './walk.tsx'
import { axisOf } from './walk-of.ts'

interface OperationsTableProps {
  apply: ApplyView
  rows: readonly OperationRow[]
  total: number
  onNearEnd?: () => void
  onRange?: (first: number, last: number) => void
  tail: ReactNode
}

const toneOf = (row: OperationRow): Tone | null =>
  row.state === 'failed' || row.state === 'rolled_back' ? 'bad' : null

/** One row per tenant: claimed beside observed, always in that order. */
export function OperationsTable({ apply, ...table }: OperationsTableProps) {
  const axis = axisOf(apply, table.rows)
  const columns: Column<OperationRow>[] = [
    {
      key: 'tenant',
      head: 'tenant',
      width: '160px',
      phone: 'lead',
      cell: (row) => (
        <span className={classes.tenant}>
          <Link className="row-link mono" href={`/applies/${apply.id}/operations/${row.id}`} prefetch={false}>
            {row.slug}
          </Link>
          {row.canary && <span className={classes.canary}>canary</span>}
        </span>
      ),
    },
    {
      key: 'walk',
      head: 'when',
      room: 'wide',
      phone: 'none',
      cell: (row) => <Walk operation={row} axis={axis} />,
    },
    {
      key: 'operation',
      head: 'operation',
      width: '112px',
      phone: 'end',
      cell: (row) => <OperationStatus state={row.state} phase={row.phase} />,
    },
    {
      key: 'claimed',
      head: 'claimed',
      width: '92px',
      cell: (row) => (
        <Hint label={[row.claim, row.claimDetail].filter(Boolean).join(' — ')} off={!row.claim}>
          {(bind) => (
            <span className="dim" {...bind}>
              <Claimed claim={row.claim} brief />
            </span>
          )}
        </Hint>
      ),
    },
    {
      key: 'observed',
      head: 'observed',
      width: '108px',
      cell: (row) => <Observed kind={row.observedKind} sha={row.observedSha} />,
    },
    {
      key: 'verdict',
      head: 'verdict',
      width: '126px',
      bare: true,
      cell: (row) => (row.verdict ? <VerdictStatus verdict={row.verdict} /> : <Nothing />),
    },
    {
      key: 'attempt',
      head: 'attempt',
      width: '62px',
      room: 'wider',
      phone: 'none',
      cell: (row) =>
        row.attempt === 0 ? (
          <Nothing />
        ) : (
          <span className="dim">
            {row.attempt} of {row.attemptLimit}
          </span>
        ),
    },
    {
      key: 'waits',
      head: 'why',
      width: '158px',
      room: 'wider',
      phone: 'none',
      cell: (row) => <WaitsFor row={row} holds={apply.heldBy} />,
    },
  ]
  return (
    <Table
      caption={`Operations of ${apply.component} to ${apply.environment}, in rollout order`}
      columns={columns}
      rowKey={(row) => row.id}
      rowTone={toneOf}
      {...table}
    />
  )
}

function WaitsFor({ row, holds }: { row: OperationRow; holds: ApplyView['heldBy'] }) {
  if (row.retryAt && row.state === 'failed_retryable') {
    return (
      <span className="dim">
        next attempt <Time at={row.retryAt} quiet />
      </span>
    )
  }
  if (row.failureDetail && row.state === 'failed') return <Cut text={row.failureDetail} />
  if (!row.waitsFor) return <Nothing />
  const hold = holds.find(({ text }) => text === row.waitsFor)
  return <Cut text={row.waitsFor} short={hold && shortHold(hold)} />
}

/** The whole sentence stands above the table; a row only needs to say behind what. */
function shortHold({ kind, by }: ApplyView['heldBy'][number]): string | undefined {
  if (by === null) return kind === 'approval' ? 'an approval' : kind === 'queued' ? 'a free place' : undefined
  return kind === 'lane' ? 'the lane' : kind === 'soak' ? `${by} to soak` : `behind ${by}`
}

/** One line here, all of it on hover; the page of the operation has it too. */
function Cut({ text, short }: { text: string; short?: string }) {
  return (
    <Hint label={text}>
      {(bind) => (
        <span className={classes.cut} {...bind}>
          {short ?? text}
        </span>
      )}
    </Hint>
  )
}
