import type { ImageSetView, ImageStandView } from '@rollcall/services'
import Link from 'next/link'
import { shortSha } from '../../format/sha.ts'
import { Button } from '../../ui/button.tsx'
import { Entry } from '../../ui/entry.tsx'
import { Nothing } from '../../ui/nothing.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Sha } from '../../ui/sha.tsx'
import { Time } from '../../ui/time.tsx'
import { Digest } from './digest.tsx'
import classes from './promotions.module.css'

/** One set: what its tags are and since when, what lets a commit through, and the way to promote one. */
export function ImageSet({ set }: { set: ImageSetView }) {
  const { name, tornBy, active, gate, automatic, branch, destinationTag, images, mixed } = set
  return (
    <Entry
      name={name}
      about={
        <>
          <span className="mono">{destinationTag}</span> of {set.component} at {hostOf(set.registry)} ·{' '}
          {gate === null ? 'no gate' : `gate ${gate}`} · {automatic ? `by itself from ${branch}` : 'by hand'}
          {set.thenApply !== null && ` · then an apply to ${set.thenApply}`}
        </>
      }
      verbs={
        <Button
          href={`/promotions/new?set=${encodeURIComponent(name)}`}
          reason={tornBy ? 'The set is torn. Repair it with the lines that its promotion shows.' : null}
        >
          Promote…
        </Button>
      }
    >
      {tornBy && (
        <Notice tone="bad" shape="foreign" title={`${name} is torn: nothing is promoted until it is whole.`}>
          <Link className="link" href={`/promotions/${tornBy.id}`}>
            Look at the promotion of {shortSha(tornBy.sha)}
          </Link>
        </Notice>
      )}
      {!tornBy && !active && mixed && (
        <Notice tone="person" shape="foreign" title="These images are not of one commit.">
          Somebody moved one of them past Rollcall. A promotion makes the set whole.
        </Notice>
      )}
      <ul className={classes.images}>
        {images.map((image) => (
          <ImageRow key={image.repository} image={image} />
        ))}
      </ul>
      {active && (
        <p className={classes.said}>
          <Link className="link" href={`/promotions/${active.id}`}>
            The promotion of {shortSha(active.sha)}
          </Link>{' '}
          goes on.
        </p>
      )}
    </Entry>
  )
}

function ImageRow({ image }: { image: ImageStandView }) {
  const { repository, tag, digest, revision, build, since, readAt, failure, promotionId } = image
  return (
    <li className={classes.image}>
      <span className="mono">
        {repository}:{tag}
      </span>
      {digest === null && readAt === null ? <Nothing text="not read yet" /> : <Sha sha={revision} none="no label" />}
      <Digest digest={digest} none={readAt === null ? '—' : 'no tag'} />
      <span className={classes.said}>
        {build && (
          <>
            made <Time at={build.orderedAt} />,{' '}
          </>
        )}
        {since && (
          <>
            seen since <Time at={since} />
          </>
        )}
        {promotionId !== null && (
          <>
            {' '}
            by{' '}
            <Link className="link" href={`/promotions/${promotionId}`}>
              a promotion
            </Link>
          </>
        )}
        {promotionId === null && digest !== null && ', not by a promotion'}
        {failure !== null && ` Could not be read: ${failure}`}
      </span>
    </li>
  )
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
