'use client'

import type { FleetTarget } from '@rollcall/services'
import Link from 'next/link'
import { VerdictStatus } from '../../components/state.tsx'
import { verdictWords } from '../../components/vocabulary.ts'
import { Nothing } from '../../ui/nothing.tsx'
import { Sha } from '../../ui/sha.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import type { Sort, SortText } from './fleet-filters.ts'

interface FleetTableProps {
  environment: string
  targets: readonly FleetTarget[]
  sort: SortText
  onSort: (sort: SortText) => void
}

/** The same as the picture, in words: expected beside observed, since when, how old the reading is, and why. */
export function FleetTable({ environment, targets, sort, onSort }: FleetTableProps) {
  const sortable = (by: Sort): Column<FleetTarget>['sort'] => ({
    direction: sort === by ? 'ascending' : sort === `${by}.desc` ? 'descending' : null,
    onSort: () => onSort(sort === by ? `${by}.desc` : by),
  })
  const columns: Column<FleetTarget>[] = [
    {
      key: 'tenant',
      head: 'tenant',
      width: '190px',
      phone: 'lead',
      sort: sortable('tenant'),
      cell: (target) => (
        <Link className="row-link mono" href={`/fleet/${environment}/${target.slug}`} prefetch={false}>
          {target.slug}
        </Link>
      ),
    },
    {
      key: 'verdict',
      head: 'verdict',
      width: '140px',
      phone: 'end',
      sort: sortable('verdict'),
      cell: (target) => <VerdictStatus verdict={target.verdict} />,
    },
    { key: 'expected', head: 'expected', width: '96px', cell: (target) => <Sha sha={target.expectedSha} quiet /> },
    {
      key: 'observed',
      head: 'observed',
      width: '96px',
      sort: sortable('observed'),
      cell: (target) => <Sha sha={target.observedSha} quiet />,
    },
    {
      key: 'since',
      head: 'since',
      width: '92px',
      room: 'wide',
      sort: sortable('since'),
      cell: (target) => (target.since ? <Time at={target.since} quiet form="age" /> : <Nothing />),
    },
    {
      key: 'read',
      head: 'read',
      width: '92px',
      sort: sortable('read'),
      cell: (target) =>
        target.observedAt ? <Time at={target.observedAt} quiet /> : <span className="faint">never</span>,
    },
    {
      key: 'reason',
      head: 'why',
      phone: 'none',
      room: 'wide',
      cell: (target) => (
        <span className="dim">
          {target.reason}
          {target.enumerated ? '' : " Not in the control plane's last list."}
        </span>
      ),
    },
  ]
  return (
    <Table
      caption={`The fleet of ${environment}`}
      columns={columns}
      rows={targets}
      rowKey={(target) => target.slug}
      rowTone={(target) => (verdictWords[target.verdict].tone === 'bad' ? 'bad' : null)}
    />
  )
}
