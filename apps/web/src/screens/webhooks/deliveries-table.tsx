import type { DeliveryRow } from '@rollcall/services'
import { formatCount } from '../../format/count.ts'
import { Nothing } from '../../ui/nothing.tsx'
import { RowTitle } from '../../ui/row-title.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { DeliveryStatus } from './delivery-status.tsx'
import { EffectLinks } from './effects.tsx'
import classes from './webhooks.module.css'

const columns: readonly Column<DeliveryRow>[] = [
  {
    key: 'state',
    head: 'state',
    width: '130px',
    phone: 'lead',
    cell: (row) => <DeliveryStatus state={row.state} />,
  },
  {
    key: 'what',
    head: 'what came, and to where',
    phone: 'below',
    bare: true,
    cell: (row) => (
      <RowTitle href={`/webhooks/deliveries/${row.id}`} sentence={row.headline}>
        {row.event ?? (row.sender === null ? 'something unknown' : 'an event')} from {row.sender ?? 'nobody known'}
        <span className={classes.quiet}> to {row.endpoint}</span>
        {row.replayOfId !== null && <span className={classes.quiet}> · replay</span>}
      </RowTitle>
    ),
  },
  {
    key: 'effects',
    head: 'led to',
    width: '220px',
    room: 'wide',
    cell: (row) => (row.effects.length === 0 ? <Nothing /> : <EffectLinks effects={row.effects} />),
  },
  {
    key: 'repeats',
    head: 'again',
    width: '76px',
    room: 'wide',
    align: 'end',
    cell: (row) => (row.repeats === 0 ? <Nothing /> : `${formatCount(row.repeats)} ×`),
  },
  {
    key: 'age',
    head: 'came',
    width: '92px',
    phone: 'end',
    align: 'end',
    cell: (row) => <Time at={row.receivedAt} quiet />,
  },
]

/** One row per delivery; refused ones are one row for all of an endpoint, sender, reason and minute. */
export function DeliveriesTable({ rows }: { rows: readonly DeliveryRow[] }) {
  return (
    <Table
      caption="Deliveries, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.state === 'failed' ? 'bad' : null)}
    />
  )
}
