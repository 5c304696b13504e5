'use client'

import type { PromotionView } from '@rollcall/services'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { promotionWords } from '../../components/vocabulary.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { GateContexts, GateStatus } from './gate.tsx'
import { Journal } from './journal.tsx'
import { PromotionActions } from './promotion-actions.tsx'
import { PromotionStatus } from './promotion-status.tsx'
import classes from './promotions.module.css'

/** One promotion: what is so and why, the lines that repair it when it is torn, and the journal of every image. */
export function PromotionScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.promotions.get.queryOptions({ id }, { ...polled, placeholderData: keepPreviousData }))
  const promotion = query.data
  useAnnounceChange(promotion?.headline)
  if (!promotion) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This promotion" />
    ) : (
      <ScreenSkeleton rows={8} />
    )
  }
  const { word } = promotionWords[promotion.state]
  const { because, warnings, gate, repair } = promotion
  return (
    <Page
      title={[word.charAt(0).toUpperCase() + word.slice(1), `Promotion of ${promotion.set}`]}
      crumbs={[
        { href: '/promotions', label: 'Promotions' },
        { href: `/promotions/${promotion.id}`, label: <span className="mono">{promotion.id}</span> },
      ]}
      headline={<Told text={promotion.headline} />}
      sub={
        <>
          <PromotionStatus promotion={promotion} focusable />
          <span>
            {promotion.set}, <Sha sha={promotion.sha} /> as <span className="mono">{promotion.destinationTag}</span>
          </span>
          <span>
            opened by {promotion.openedBy} <Time at={promotion.openedAt} />
          </span>
        </>
      }
    >
      <div className={classes.notices}>
        {warnings.map((text) => (
          <Notice key={text} tone="person" shape="question" title={<Told text={text} />} />
        ))}
      </div>
      {repair.length > 0 && (
        <Section title="Repair" note="in a shell with curl, in this order; then look again">
          <div className={classes.lines}>
            {repair.map((line) => (
              <CopyLine key={line} text={line} />
            ))}
          </div>
        </Section>
      )}
      <div className={classes.layout}>
        <div>
          <Section title="Why">
            <ul className={classes.because}>
              {because.length === 0 && <li>Nothing stands in its way.</li>}
              {because.map((text) => (
                <li key={text}>
                  <Told text={text} />
                </li>
              ))}
            </ul>
            <PromotionActions promotion={promotion} />
          </Section>
          {gate && (
            <Section
              title={<>Gate {gate.gate}</>}
              note={
                <>
                  looked at <Time at={gate.at} />
                </>
              }
              aside={<GateStatus gate={gate} />}
            >
              <GateContexts gate={gate} />
            </Section>
          )}
        </div>
        <aside aria-label="Facts">
          <PromotionFactsList promotion={promotion} />
        </aside>
      </div>
      <Section title="Journal" note={`${promotion.moved} of ${promotion.moves.length} moved`}>
        <Journal promotion={promotion} />
      </Section>
    </Page>
  )
}

function PromotionFactsList({ promotion }: { promotion: PromotionView }) {
  const { override, applyId, applyRefusal, undoOf } = promotion
  return (
    <Facts>
      <Fact name="order">{promotion.order ?? 'not known yet'}</Fact>
      <Fact name="gate">{promotion.gate?.gate ?? 'none'}</Fact>
      <Fact name="opened">
        {{ manual: 'by a person', automatic: 'by its gate', undo: 'as an undo' }[promotion.trigger]}
      </Fact>
      {undoOf && (
        <Fact name="undoes">
          <Link className="link mono" href={`/promotions/${undoOf}`}>
            {undoOf}
          </Link>
        </Fact>
      )}
      {override && (
        <Fact name="passed over">
          {[override.gate && 'the gate', override.order && 'the order'].filter(Boolean).join(' and ') || 'nothing'}
          {override.reason !== null && `: ${override.reason}`}
        </Fact>
      )}
      <Fact name="registry">{promotion.registry}</Fact>
      {promotion.endedAt && (
        <Fact name="ended">
          <Time at={promotion.endedAt} />
        </Fact>
      )}
      {promotion.repairedAt && (
        <Fact name="repaired">
          by {promotion.repairedBy} <Time at={promotion.repairedAt} />
        </Fact>
      )}
      {applyId && (
        <Fact name="then">
          <Link className="link" href={`/applies/${applyId}`}>
            an apply
          </Link>
        </Fact>
      )}
      {!applyId && applyRefusal && (
        <Fact name="then">
          no apply{applyRefusal.temporary ? ' yet' : ''}: {applyRefusal.message}
        </Fact>
      )}
    </Facts>
  )
}
