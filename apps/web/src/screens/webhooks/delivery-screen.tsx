'use client'

import type { DeliveryView } from '@rollcall/services'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useParams } from 'next/navigation'
import { Told } from '../../components/told.tsx'
import { Trouble } from '../../components/trouble.tsx'
import { deliveryWords } from '../../components/vocabulary.ts'
import { formatCount, plural } from '../../format/count.ts'
import { polled } from '../../live/polled.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { Fact, Facts, Section } from '../../ui/section.tsx'
import { Time } from '../../ui/time.tsx'
import { useAnnounceChange } from '../shell/announcer.tsx'
import { Page } from '../shell/page.tsx'
import { ScreenSkeleton } from '../shell/screen-skeleton.tsx'
import { BodyText } from './body-text.tsx'
import { DeliveryStatus } from './delivery-status.tsx'
import { EffectLinks } from './effects.tsx'
import { Replay } from './replay.tsx'
import classes from './webhooks.module.css'

/** One delivery: what came, what was made of it, and Replay. */
export function DeliveryScreen() {
  const { id } = useParams<{ id: string }>()
  const trpc = useTRPC()
  const query = useQuery(trpc.webhooks.delivery.queryOptions({ id }, polled))
  const delivery = query.data
  useAnnounceChange(delivery?.headline)
  if (!delivery) {
    return query.error ? (
      <Trouble error={query.error} retry={() => query.refetch()} what="This delivery" />
    ) : (
      <ScreenSkeleton rows={5} />
    )
  }
  const { state, endpoint, sender, event, receivedAt, headline, effects } = delivery
  return (
    <Page
      title={[deliveryWords[state].word, event ?? 'delivery', endpoint]}
      crumbs={[
        { href: '/webhooks', label: 'Webhooks' },
        { href: `/webhooks?endpoint=${encodeURIComponent(endpoint)}`, label: endpoint },
        { href: `/webhooks/deliveries/${id}`, label: <span className="mono">{id}</span> },
      ]}
      headline={<Told text={headline} />}
      sub={
        <>
          <DeliveryStatus state={state} focusable />
          <span>
            {event ?? 'an event'} from {sender ?? 'nobody known'}
          </span>
          <span>
            came <Time at={receivedAt} />
          </span>
        </>
      }
      aside={<Replay delivery={delivery} />}
    >
      <div className={classes.layout}>
        <div>
          <Section title="What it led to">
            {effects.length === 0 ? <p className={classes.quiet}>Nothing.</p> : <EffectLinks effects={effects} />}
          </Section>
          <Body delivery={delivery} />
        </div>
        <div>
          <Section title="Facts">
            <DeliveryFacts delivery={delivery} />
          </Section>
          <Section title="Headers" note="none that proves anything is kept">
            <Facts>
              {Object.entries(delivery.headers).map(([name, value]) => (
                <Fact key={name} name={name}>
                  <span className="mono">{value}</span>
                </Fact>
              ))}
            </Facts>
          </Section>
        </div>
      </div>
    </Page>
  )
}

/** Foreign text: shown as text, and never as anything else. */
function Body({ delivery: { body, bodyCut, bodyHidden, bodyBytes } }: { delivery: DeliveryView }) {
  const note = `${plural(bodyBytes, 'byte')}${bodyCut ? ', of which the first 65,536 are shown' : ''}`
  return (
    <Section title="Body" note={note}>
      {body === null ? (
        <p className={classes.quiet}>
          {bodyHidden
            ? 'It is kept, and shown to whoever may read all environments: it may be about any of them.'
            : 'The body of what is not proven is not kept.'}
        </p>
      ) : (
        <BodyText text={body} />
      )}
    </Section>
  )
}

function DeliveryFacts({ delivery }: { delivery: DeliveryView }) {
  const { deliveryId, handledAt, repeats, repeatedAt, rule, replayOfId, replays, bodyHash } = delivery
  return (
    <Facts>
      <Fact name="the sender's id">
        {deliveryId === null ? <Nothing /> : <span className="mono">{deliveryId}</span>}
      </Fact>
      {rule !== null && (
        <Fact name="rule">
          <span className="mono">{rule}</span>
        </Fact>
      )}
      <Fact name="handled">{handledAt === null ? <Nothing text="not yet" /> : <Time at={handledAt} />}</Fact>
      <Fact name="came again">
        {repeats === 0 ? 'never' : `${formatCount(repeats)} ×`}
        {repeatedAt !== null && (
          <>
            , last <Time at={repeatedAt} />
          </>
        )}
      </Fact>
      {bodyHash !== null && (
        <Fact name="body, SHA-256">
          <span className="mono">{bodyHash.slice(0, 16)}…</span>
        </Fact>
      )}
      {replayOfId !== null && (
        <Fact name="replay of">
          <Link className="link mono" href={`/webhooks/deliveries/${replayOfId}`}>
            {replayOfId}
          </Link>
        </Fact>
      )}
      {replays.map((replay) => (
        <Fact key={replay.id} name="replayed">
          <Link className="link" href={`/webhooks/deliveries/${replay.id}`}>
            {deliveryWords[replay.state].word}
          </Link>
          , <Time at={replay.receivedAt} />
        </Fact>
      ))}
    </Facts>
  )
}
