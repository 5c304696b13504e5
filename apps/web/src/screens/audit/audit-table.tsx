import type { AuditRow } from '@rollcall/services'
import Link from 'next/link'
import { Nothing } from '../../ui/nothing.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './audit.module.css'
import { Outcome } from './outcome.tsx'
import { subjectText } from './subject-link.ts'
import { viaWords } from './via.ts'

const columns: readonly Column<AuditRow>[] = [
  {
    key: 'when',
    head: 'when',
    width: '84px',
    phone: 'end',
    cell: (row) => <Time at={row.at} quiet />,
  },
  {
    key: 'outcome',
    head: 'outcome',
    width: '96px',
    phone: 'lead',
    cell: (row) => <Outcome row={row} />,
  },
  {
    key: 'who',
    head: 'who',
    width: '168px',
    bare: true,
    cell: (row) => (
      <span className={classes.who}>
        {row.actor.name}
        <span className={classes.quiet}> {viaWords(row.actor.via)}</span>
      </span>
    ),
  },
  {
    key: 'what',
    head: 'what',
    bare: true,
    cell: (row) => (
      <Link className={`row-link ${classes.what}`} href={`/audit/${row.id}`} prefetch={false}>
        <span className={classes.action}>{row.action}</span> {subjectText(row)}
      </Link>
    ),
  },
  {
    key: 'where',
    head: 'where',
    width: '120px',
    room: 'wide',
    cell: (row) => row.environment ?? <Nothing />,
  },
  {
    key: 'why',
    head: 'reason',
    width: '20%',
    room: 'wider',
    cell: (row) => (row.reason === null ? <Nothing /> : <span title={row.reason}>{row.reason}</span>),
  },
]

/** One row per deed and per refused attempt. */
export function AuditTable({ rows }: { rows: readonly AuditRow[] }) {
  return (
    <Table
      caption="The audit, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.outcome === 'refused' ? 'person' : null)}
    />
  )
}
