import type { PromotionMoveView, PromotionView } from '@rollcall/services'
import { type Column, Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { Digest } from './digest.tsx'
import { TagStatus } from './promotion-status.tsx'
import classes from './promotions.module.css'

const columns: readonly Column<PromotionMoveView>[] = [
  { key: 'state', head: 'state', width: '160px', phone: 'lead', cell: (move) => <TagStatus state={move.state} /> },
  {
    key: 'image',
    head: 'image',
    phone: 'below',
    bare: true,
    cell: (move) => (
      <div className={classes.what}>
        <span className="mono wrap">
          {move.repository}:{move.destinationTag}
        </span>
        <span className={classes.sentence}>
          from <span className="mono">{move.sourceTag.replace(/^sha256:(.{12}).*$/, '$1')}</span>
          {move.snapshotTag && (
            <>
              , kept as <span className="mono">{move.snapshotTag}</span>
            </>
          )}
          {move.failure && <>. {move.failure}</>}
        </span>
      </div>
    ),
  },
  {
    key: 'digests',
    head: 'before → after',
    width: '270px',
    phone: 'below',
    cell: (move) => (
      <span className={classes.moves}>
        <Digest digest={move.previousDigest} none={move.readAt === null ? 'not read' : 'no tag'} />
        <span aria-hidden="true">→</span>
        <Digest digest={move.foreignDigest === null ? move.sourceDigest : move.observedDigest} none="not read" />
      </span>
    ),
  },
  {
    key: 'when',
    head: 'last',
    width: '96px',
    phone: 'end',
    align: 'end',
    cell: (move) => {
      const at = move.restoredAt ?? move.verifiedAt ?? move.movedAt ?? move.intendedAt ?? move.readAt
      return at === null ? <span className="faint">—</span> : <Time at={at} />
    },
  },
]

/** What was intended, done and seen, image by image, in the order in which they are moved. */
export function Journal({ promotion }: { promotion: PromotionView }) {
  return (
    <Table
      caption="The journal, image by image"
      columns={columns}
      rows={promotion.moves}
      rowKey={(move) => move.repository}
    />
  )
}
